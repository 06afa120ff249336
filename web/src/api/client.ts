import createClient, { type Middleware } from "openapi-fetch";
import { ApiError, fromAnswer, unreachable } from "./errors";
import { Presence } from "./presence";
import type { paths } from "./schema";

const presence = new Presence(globalThis, Date.now());
let csrf = "";
let onSignedOut: () => void = () => undefined;
let onPasswordDue: () => void = () => undefined;

/** The value of the session, to be sent back with every request that changes something. */
export function setCsrf(value: string): void {
  csrf = value;
}

export function onSession(listeners: { signedOut: () => void; passwordDue: () => void }): void {
  onSignedOut = listeners.signedOut;
  onPasswordDue = listeners.passwordDue;
}

const guard: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET") request.headers.set("X-Proviso-Csrf", csrf);
    else if (presence.alone(Date.now())) request.headers.set("X-Proviso-Background", "true");
    return request;
  },
};

export const api = createClient<paths>({ baseUrl: "", credentials: "same-origin" });
api.use(guard);

/** The data of an answer, or an ApiError thrown. */
export async function take<T>(
  request: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  let answer: { data?: T; error?: unknown; response: Response };
  try {
    answer = await request;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw unreachable();
  }
  if (answer.response.ok) return answer.data as T;
  throw noticed(fromAnswer(answer.response.status, answer.error));
}

/** Tells the session about errors that end it. */
export function noticed(error: ApiError): ApiError {
  if (error.kind === "unauthorized") onSignedOut();
  if (error.kind === "password_change_required") onPasswordDue();
  return error;
}
