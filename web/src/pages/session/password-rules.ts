import { texts } from "../../texts";

export interface Rule {
  words: string;
  kept: boolean;
}

/** The rules the server keeps too (it also refuses the commonest passwords). Length counts
 *  characters, as a person does. */
export function passwordRules(
  login: string,
  oldPassword: string,
  password: string,
  repeat: string,
): Rule[] {
  const length = [...password].length;
  const t = texts.session.rules;
  return [
    { words: t.length, kept: length >= 12 },
    ...(length > 128 ? [{ words: t.max, kept: false }] : []),
    {
      words: t.login,
      kept: password !== "" && password.toLowerCase() !== login.toLowerCase(),
    },
    { words: t.different, kept: password !== "" && password !== oldPassword },
    { words: t.same, kept: password !== "" && password === repeat },
  ];
}
