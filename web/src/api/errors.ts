import { texts } from "../texts";
import type { Article, ErrorBody, Missing } from "./types";

/** What went wrong, in the one shape of the contract; also what never reached the server. */
export class ApiError extends Error {
  constructor(
    readonly kind: ErrorBody["kind"] | "unreachable" | "unreadable",
    message: string,
    readonly nextStep: string,
    readonly articles: Article[] = [],
    readonly missing: Missing[] = [],
    readonly status = 0,
  ) {
    super(message);
    this.name = "ApiError";
  }

  static from(body: ErrorBody, status = 0): ApiError {
    return new ApiError(
      body.kind,
      sentence(body.message),
      sentence(body.next_step),
      body.articles ?? [],
      body.missing ?? [],
      status,
    );
  }
}

export function unreachable(): ApiError {
  return new ApiError("unreachable", texts.errors.unreachable, texts.errors.unreachableStep);
}

/** Reads an error answer, whatever it holds. */
export function fromAnswer(status: number, body: unknown): ApiError {
  const error = (body as { error?: Partial<ErrorBody> } | null)?.error;
  if (typeof error?.kind === "string" && typeof error.message === "string") {
    return ApiError.from({ next_step: "", ...error } as ErrorBody, status);
  }
  return new ApiError(
    "unreadable",
    texts.errors.unreadable,
    texts.errors.unreadableStep,
    [],
    [],
    status,
  );
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof TypeError) return unreachable();
  return new ApiError("unreadable", texts.errors.unreadable, texts.errors.unreadableStep);
}

/** The server's sentences begin small, because they may follow others; on a page they stand alone. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return "";
  // A name in quotes or code stays as it is.
  const first = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?:)]$/.test(first) ? first : `${first}.`;
}

/** "line 12" in a message about YAML; null if it names none. */
export function lineOf(message: string): number | null {
  const match = /\bline (\d+)/i.exec(message);
  return match?.[1] === undefined ? null : Number(match[1]);
}
