import { useQuery, useQueryClient } from "@tanstack/react-query";
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
} from "react";
import { api, onSession, setCsrf, take } from "../api/client";
import { ApiError } from "../api/errors";
import type { Session, User } from "../api/types";
import { ErrorPanel } from "../components/ErrorPanel";
import { Splash } from "../components/Splash";

interface SessionState {
  session: Session | null;
  /** The server ended a session that was open here. */
  ended: boolean;
  signIn(login: string, password: string): Promise<void>;
  changePassword(oldPassword: string, newPassword: string): Promise<void>;
  signOut(): Promise<void>;
}

const Context = createContext<SessionState | null>(null);

export function useSession(): SessionState {
  const state = useContext(Context);
  if (state === null) throw new Error("useSession outside SessionProvider");
  return state;
}

/** The person signed in; only for what is shown behind the sign-in. */
export function useUser(): User {
  const { session } = useSession();
  if (session === null) throw new Error("nobody is signed in");
  return session.user;
}

async function open(): Promise<Session | null> {
  try {
    const session = await take(api.GET("/api/session"));
    setCsrf(session.csrf);
    return session;
  } catch (error) {
    if (error instanceof ApiError && error.kind === "unauthorized") return null;
    throw error;
  }
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [ended, setEnded] = useState(false);
  const { data, error, refetch, isPending } = useQuery({
    queryKey: ["session"],
    queryFn: open,
    staleTime: Number.POSITIVE_INFINITY,
  });

  const enter = useCallback(
    (session: Session | null) => {
      setCsrf(session?.csrf ?? "");
      // What one person saw must not be seen by the next.
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
      client.setQueryData(["session"], session);
    },
    [client],
  );

  useEffect(() => {
    onSession({
      signedOut: () => {
        if (client.getQueryData(["session"])) {
          setEnded(true);
          enter(null);
        }
      },
      passwordDue: () => void client.invalidateQueries({ queryKey: ["session"] }),
    });
  }, [client, enter]);

  const state = useMemo<SessionState>(
    () => ({
      session: data ?? null,
      ended,
      signIn: async (login, password) => {
        const session = await take(api.POST("/api/session", { body: { login, password } }));
        setEnded(false);
        enter(session);
      },
      changePassword: async (old_password, new_password) => {
        enter(
          await take(api.POST("/api/session/password", { body: { old_password, new_password } })),
        );
      },
      signOut: async () => {
        try {
          await take(api.DELETE("/api/session"));
        } catch (failure) {
          // Already ended there: the same for the person here.
          if (!(failure instanceof ApiError) || failure.kind !== "unauthorized") throw failure;
        }
        setEnded(false);
        enter(null);
      },
    }),
    [data, ended, enter],
  );

  if (isPending) return <Splash />;
  if (error !== null && data === undefined) {
    return (
      <Splash>
        <ErrorPanel error={error} onRetry={() => void refetch()} />
      </Splash>
    );
  }
  return <Context.Provider value={state}>{children}</Context.Provider>;
}
