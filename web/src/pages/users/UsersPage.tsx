import { ActionIcon, Button, Menu, Modal, Stack, Table } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import {
  IconDots,
  IconKey,
  IconPencil,
  IconUserOff,
  IconUserPlus,
  IconUserCheck,
} from "@tabler/icons-react";
import { useState } from "react";
import { api, take } from "../../api/client";
import { useUsers } from "../../api/queries";
import type { User } from "../../api/types";
import { useUser } from "../../app/session";
import { Badge } from "../../components/Badges";
import { Card } from "../../components/Card";
import { CopyText } from "../../components/CopyText";
import { ErrorPanel } from "../../components/ErrorPanel";
import { PageHeader } from "../../components/PageHeader";
import { RowsSkeleton } from "../../components/PageSkeleton";
import { toast } from "../../components/toast";
import { texts } from "../../texts";
import { dateWords } from "../../time/words";
import { localZone } from "../../time/zone";
import { Confirm } from "../../components/Confirm";
import { UserForm } from "./UserForm";
import classes from "./users.module.css";

type Dialog =
  | { kind: "add" }
  | { kind: "edit" | "disable" | "reset"; user: User }
  | { kind: "password"; login: string; password: string };

function Row({ user, me, onDo }: { user: User; me: boolean; onDo: (dialog: Dialog) => void }) {
  const t = texts.users;
  return (
    <Table.Tr data-login={user.login}>
      <Table.Td>
        <span className={classes.login}>{user.login}</span>
        {me && <span className="muted"> ({t.you})</span>}
        <div className={classes.sub}>
          <code>{user.id}</code>
        </div>
      </Table.Td>
      <Table.Td>
        {texts.roles[user.role]}
        <div className={classes.sub}>{texts.roleMeaning[user.role]}</div>
      </Table.Td>
      <Table.Td>
        {user.cameras === null ? (
          t.allCameras
        ) : user.cameras.length === 0 ? (
          t.noCameras
        ) : (
          <span title={user.cameras.join(", ")}>{t.count(user.cameras.length)}</span>
        )}
      </Table.Td>
      <Table.Td>
        <Badge tone={user.disabled ? "idle" : "good"}>
          {user.disabled ? t.disabled : t.active}
        </Badge>
        {user.must_change_password && <div className={classes.sub}>{t.oneTime}</div>}
      </Table.Td>
      <Table.Td className="tabular">{dateWords(Date.parse(user.created), localZone())}</Table.Td>
      <Table.Td>
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={t.actions(user.login)}>
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              leftSection={<IconPencil size={16} />}
              onClick={() => onDo({ kind: "edit", user })}
            >
              {t.edit}
            </Menu.Item>
            <Menu.Item
              leftSection={<IconKey size={16} />}
              onClick={() => onDo({ kind: "reset", user })}
            >
              {t.reset}
            </Menu.Item>
            <Menu.Item
              leftSection={user.disabled ? <IconUserCheck size={16} /> : <IconUserOff size={16} />}
              onClick={() => onDo({ kind: "disable", user })}
              disabled={me}
              {...(user.disabled ? {} : { color: "red" })}
            >
              {user.disabled ? t.enable : t.disable}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Table.Td>
    </Table.Tr>
  );
}

export default function UsersPage() {
  const t = texts.users;
  const me = useUser();
  const client = useQueryClient();
  const users = useUsers();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const refresh = () => void client.invalidateQueries({ queryKey: ["users"] });
  const close = () => setDialog(null);

  const toggle = useMutation({
    mutationFn: (user: User) =>
      take(
        api.PATCH("/api/users/{id}", {
          params: { path: { id: user.id } },
          body: { disabled: !user.disabled },
        }),
      ),
    onSuccess: () => {
      refresh();
      close();
      toast(t.saved);
    },
  });
  const reset = useMutation({
    mutationFn: (user: User) =>
      take(api.POST("/api/users/{id}/reset-password", { params: { path: { id: user.id } } })),
    onSuccess: ({ user, one_time_password }) => {
      refresh();
      setDialog({ kind: "password", login: user.login, password: one_time_password });
    },
  });

  return (
    <>
      <PageHeader title={t.title} lead={t.lead}>
        <Button
          leftSection={<IconUserPlus size={17} aria-hidden />}
          onClick={() => setDialog({ kind: "add" })}
        >
          {t.add}
        </Button>
      </PageHeader>
      {users.data === undefined && users.error !== null ? (
        <ErrorPanel error={users.error} onRetry={() => void users.refetch()} />
      ) : (
        <Card flush>
          {users.data === undefined ? (
            <RowsSkeleton />
          ) : (
            <Table.ScrollContainer minWidth={820}>
              <Table>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t.login}</Table.Th>
                    <Table.Th>{t.role}</Table.Th>
                    <Table.Th>{t.cameras}</Table.Th>
                    <Table.Th>{t.state}</Table.Th>
                    <Table.Th>{t.created}</Table.Th>
                    <Table.Th w={50} aria-label={t.edit} />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {users.data.map((user) => (
                    <Row key={user.id} user={user} me={user.id === me.id} onDo={setDialog} />
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )}
        </Card>
      )}

      <Modal
        opened={dialog?.kind === "add" || dialog?.kind === "edit"}
        onClose={close}
        title={dialog?.kind === "edit" ? t.editTitle(dialog.user.login) : t.add}
      >
        {dialog?.kind === "add" && (
          <UserForm
            onCancel={close}
            onDone={(made) => {
              refresh();
              setDialog({
                kind: "password",
                login: made.user.login,
                password: made.one_time_password,
              });
            }}
          />
        )}
        {dialog?.kind === "edit" && (
          <UserForm
            user={dialog.user}
            onCancel={close}
            onSaved={() => {
              refresh();
              close();
              toast(t.saved);
            }}
          />
        )}
      </Modal>

      {dialog?.kind === "disable" && (
        <Confirm
          title={
            dialog.user.disabled
              ? `${t.enable}: ${dialog.user.login}`
              : t.disableTitle(dialog.user.login)
          }
          text={dialog.user.disabled ? (texts.roleMeaning[dialog.user.role] ?? "") : t.disableText}
          action={dialog.user.disabled ? t.enable : t.disable}
          danger={!dialog.user.disabled}
          busy={toggle.isPending}
          error={toggle.error}
          onClose={() => {
            close();
            toggle.reset();
          }}
          onDo={() => toggle.mutate(dialog.user)}
        />
      )}
      {dialog?.kind === "reset" && (
        <Confirm
          title={t.resetTitle(dialog.user.login)}
          text={t.resetText}
          action={t.reset}
          danger
          busy={reset.isPending}
          error={reset.error}
          onClose={() => {
            close();
            reset.reset();
          }}
          onDo={() => reset.mutate(dialog.user)}
        />
      )}
      <Modal
        opened={dialog?.kind === "password"}
        onClose={close}
        // A stray click must not lose what is shown only once.
        closeOnClickOutside={false}
        closeOnEscape={false}
        withCloseButton={false}
        title={dialog?.kind === "password" ? t.passwordTitle(dialog.login) : ""}
      >
        {dialog?.kind === "password" && (
          <Stack gap="md">
            <div>{t.passwordText}</div>
            <div data-one-time-password={dialog.password}>
              <CopyText value={dialog.password} label={t.passwordTitle(dialog.login)} />
            </div>
            <Button onClick={close}>{t.passwordDone}</Button>
          </Stack>
        )}
      </Modal>
    </>
  );
}
