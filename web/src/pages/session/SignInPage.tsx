import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useSession } from "../../app/session";
import { Brand } from "../../components/Brand";
import { ErrorPanel } from "../../components/ErrorPanel";
import { texts } from "../../texts";
import classes from "./session.module.css";

export function SignInPage() {
  const { signIn, ended } = useSession();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  document.title = `${texts.session.title} · ${texts.product}`;

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await signIn(login, password);
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }

  return (
    <main className={classes.page}>
      <div className={classes.box}>
        <Brand large />
        <p className={classes.lead}>{texts.productLine}</p>
        <form onSubmit={(event) => void submit(event)} className={classes.form}>
          <h1 className="visually-hidden">{texts.session.title}</h1>
          <Stack gap="md">
            {ended && error === null && (
              <p className={classes.note} role="status">
                {texts.errors.ended}
              </p>
            )}
            <TextInput
              label={texts.session.login}
              value={login}
              onChange={(event) => setLogin(event.currentTarget.value)}
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              required
              withAsterisk={false}
              autoFocus
            />
            <PasswordInput
              label={texts.session.password}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              autoComplete="current-password"
              required
              withAsterisk={false}
            />
            {error !== null && <ErrorPanel error={error} />}
            <Button type="submit" size="md" loading={busy} fullWidth>
              {texts.actions.signIn}
            </Button>
          </Stack>
        </form>
      </div>
    </main>
  );
}
