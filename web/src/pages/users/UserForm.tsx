import { Button, Group, MultiSelect, Radio, Select, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, take } from "../../api/client";
import { useCameras } from "../../api/queries";
import type { Role, User } from "../../api/types";
import { ErrorPanel } from "../../components/ErrorPanel";
import { texts } from "../../texts";

interface Made {
  user: User;
  one_time_password: string;
}

/** A new person, or another role and other cameras for one who is here. */
export function UserForm({
  user,
  onCancel,
  onDone,
  onSaved,
}: {
  user?: User;
  onCancel: () => void;
  onDone?: (made: Made) => void;
  onSaved?: () => void;
}) {
  const t = texts.users;
  const known = useCameras();
  const [login, setLogin] = useState(user?.login ?? "");
  const [role, setRole] = useState<Role>(user?.role ?? "viewer");
  const [all, setAll] = useState(user === undefined ? true : user.cameras === null);
  const [cameras, setCameras] = useState<string[]>(user?.cameras ?? []);
  const scope = all ? null : cameras;

  const save = useMutation({
    mutationFn: async () => {
      if (user === undefined) {
        const body = { login: login.trim(), role, cameras: scope };
        onDone?.(await take(api.POST("/api/users", { body })));
      } else {
        const params = { path: { id: user.id } };
        await take(api.PATCH("/api/users/{id}", { params, body: { role, cameras: scope } }));
        onSaved?.();
      }
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {user === undefined && (
          <TextInput
            label={t.login}
            value={login}
            onChange={(event) => setLogin(event.currentTarget.value)}
            maxLength={128}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            required
            withAsterisk={false}
            data-autofocus
          />
        )}
        <Select
          label={t.role}
          description={texts.roleMeaning[role]}
          inputWrapperOrder={["label", "input", "description", "error"]}
          data={Object.entries(texts.roles).map(([value, label]) => ({ value, label }))}
          value={role}
          onChange={(value) => setRole((value ?? "viewer") as Role)}
          allowDeselect={false}
        />
        <Radio.Group
          label={t.cameras}
          value={all ? "all" : "some"}
          onChange={(value) => setAll(value === "all")}
        >
          <Group mt={6}>
            <Radio value="all" label={t.allCameras} />
            <Radio value="some" label={t.someCameras} />
          </Group>
        </Radio.Group>
        {!all && (
          <MultiSelect
            aria-label={t.someCameras}
            data={(known.data ?? []).map((c) => ({ value: c.name, label: c.title || c.name }))}
            value={cameras}
            onChange={setCameras}
            searchable
          />
        )}
        {save.error !== null && <ErrorPanel error={save.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {texts.actions.cancel}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {user === undefined ? t.add : t.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
