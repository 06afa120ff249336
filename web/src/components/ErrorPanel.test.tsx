// @vitest-environment jsdom
import { MantineProvider } from "@mantine/core";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { ApiError } from "../api/errors";
import { ErrorPanel } from "./ErrorPanel";

beforeAll(() => {
  window.matchMedia ??= ((query: string) => ({
    matches: false,
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  })) as unknown as typeof window.matchMedia;
});
afterEach(cleanup);

function show(error: unknown, onRetry?: () => void) {
  render(
    <MantineProvider>
      <ErrorPanel error={error} {...(onRetry ? { onRetry } : {})} />
    </MantineProvider>,
  );
  return screen.getByRole("alert");
}

describe("the error panel", () => {
  it("says what happened and what to do", () => {
    const panel = show(new ApiError("conflict", "The login is taken.", "Choose another."));
    expect(panel.textContent).toContain("The login is taken.");
    expect(panel.textContent).toContain("What to do: Choose another.");
  });

  it("shows a refusal as an answer of the law, with article and what is missing", () => {
    const panel = show(
      new ApiError(
        "refused",
        "Recording is refused.",
        "",
        [
          {
            rule: "EU-GDPR-A13",
            cite: "GDPR Art. 13",
            title: "People must know",
            effect: "require",
          },
        ],
        [{ what: "notice", rule: "EU-GDPR-A13", next_step: "put up a sign", owner: "officer" }],
      ),
    );
    expect(panel.getAttribute("data-tone")).toBe("refused");
    expect(panel.textContent).toContain("The law does not permit this");
    expect(panel.textContent).toContain("GDPR Art. 13");
    expect(panel.textContent).toContain("Put up a sign.");
  });

  it("marks the line a YAML error speaks of", () => {
    const panel = show(new ApiError("invalid_input", "line 7: 'sector' is not known", ""));
    expect(panel.textContent).toContain("Line 7");
  });

  it("never shows text of the server as markup", () => {
    const panel = show(new ApiError("internal", "<img src=x onerror=alert(1)>", "<b>no</b>"));
    expect(panel.querySelector("img, b")).toBeNull();
    expect(panel.textContent).toContain("<img");
  });

  it("offers to try again only where that is possible", () => {
    const retry = vi.fn();
    show(new ApiError("unavailable", "Busy.", ""), retry);
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(retry).toHaveBeenCalledOnce();
    cleanup();
    show(new ApiError("unavailable", "Busy.", ""));
    expect(screen.queryByRole("button")).toBeNull();
  });
});
