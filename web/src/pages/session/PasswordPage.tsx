import { Button, PasswordInput, Stack } from "@mantine/core";
import { IconCheck, IconCircle } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router-dom";
import { useSession, useUser } from "../../app/session";
import { Brand } from "../../components/Brand";
import { ErrorPanel } from "../../components/ErrorPanel";
import { PageHeader } from "../../components/PageHeader";
import { toast, toastError } from "../../components/toast";
import { texts } from "../../texts";
import { passwordRules } from "./password-rules";
import classes from "./session.module.css";

function PasswordForm({ first }: { first: boolean }) {
  const user = useUser();
  const { changePassword, signOut } = useSession();
  const navigate = useNavigate();
  const [old, setOld] = useState("");
  const [password, setPassword] = useState("");
  const [repeat, setRepeat] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const rules = passwordRules(user.login, old, password, repeat);
  const ready = old !== "" && rules.every((rule) => rule.kept);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (!ready) return;
    setBusy(true);
    setError(null);
    try {
      await changePassword(old, password);
      toast(texts.session.changed);
      navigate("/");
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }

  return (
    <form onSubmit={(event) => void submit(event)} className={classes.form}>
      <Stack gap="md">
        <input type="hidden" name="username" autoComplete="username" value={user.login} readOnly />
        <PasswordInput
          label={first ? texts.session.oldPassword : texts.session.currentPassword}
          value={old}
          onChange={(event) => setOld(event.currentTarget.value)}
          autoComplete="current-password"
          required
          withAsterisk={false}
          autoFocus
        />
        <PasswordInput
          label={texts.session.newPassword}
          description={texts.session.hint}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="new-password"
          aria-describedby="password-rules"
          required
          withAsterisk={false}
        />
        <PasswordInput
          label={texts.session.repeat}
          value={repeat}
          onChange={(event) => setRepeat(event.currentTarget.value)}
          autoComplete="new-password"
          required
          withAsterisk={false}
        />
        <ul className={classes.rules} id="password-rules">
          {rules.map((rule) => (
            <li key={rule.words} data-kept={rule.kept}>
              {rule.kept ? (
                <IconCheck size={15} aria-hidden />
              ) : (
                <IconCircle size={15} aria-hidden />
              )}
              {rule.words}
            </li>
          ))}
          <li className="muted">{texts.session.common}</li>
        </ul>
        {error !== null && <ErrorPanel error={error} />}
        <Button type="submit" size="md" loading={busy} disabled={!ready} fullWidth>
          {texts.session.change}
        </Button>
        {first && (
          <Button variant="subtle" color="gray" onClick={() => void signOut().catch(toastError)}>
            {texts.actions.signOut}
          </Button>
        )}
      </Stack>
    </form>
  );
}

/** Forced at the first sign-in, otherwise a page like others. */
export function PasswordPage({ first = false }: { first?: boolean }) {
  if (!first) {
    return (
      <>
        <PageHeader title={texts.session.changePassword} />
        <div className={classes.inline}>
          <PasswordForm first={false} />
        </div>
      </>
    );
  }
  document.title = `${texts.session.firstTitle} · ${texts.product}`;
  return (
    <main className={classes.page}>
      <div className={classes.box}>
        <Brand large />
        <h1 className={classes.title}>{texts.session.firstTitle}</h1>
        <p className={classes.lead}>{texts.session.first}</p>
        <PasswordForm first />
      </div>
    </main>
  );
}
