// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Point, Zone } from "./geometry";
import { type Tool, ZoneCanvas } from "./ZoneCanvas";

afterEach(cleanup);

const size = { width: 1000, height: 500 };
const square: Zone = {
  name: "yard",
  points: [
    { x: 0.2, y: 0.2 },
    { x: 0.6, y: 0.2 },
    { x: 0.6, y: 0.6 },
    { x: 0.2, y: 0.6 },
  ],
};

function Canvas({
  tool: first,
  zones: given,
  drawn,
}: {
  tool: Tool;
  zones: Zone[];
  drawn: (points: Point[]) => void;
}) {
  const [zones, setZones] = useState(given);
  const [selected, setSelected] = useState<number | null>(null);
  const [tool, setTool] = useState(first);
  return (
    <>
      <output>{JSON.stringify(zones)}</output>
      <ZoneCanvas
        size={size}
        zones={zones}
        bad={new Set()}
        selected={selected}
        tool={tool}
        readOnly={false}
        onSelect={setSelected}
        onChange={(index, zone) => setZones(zones.map((z, i) => (i === index ? zone : z)))}
        onRemove={(index) => setZones(zones.filter((_, i) => i !== index))}
        onDrawn={drawn}
        onTool={setTool}
      />
    </>
  );
}

const canvas = () => screen.getByRole("application");
const key = (target: Element, name: string, shiftKey = false) =>
  fireEvent.keyDown(target, { key: name, shiftKey });
const present = () => JSON.parse(screen.getByRole("status").textContent ?? "") as Zone[];

describe("drawing by keyboard", () => {
  it("sets corners with Space and closes with Enter", () => {
    const drawn = vi.fn();
    render(<Canvas tool="zone" zones={[]} drawn={drawn} />);
    key(canvas(), " ");
    for (let i = 0; i < 4; i += 1) key(canvas(), "ArrowRight", true);
    key(canvas(), " ");
    // Not a zone yet: Enter only sets the next corner.
    for (let i = 0; i < 4; i += 1) key(canvas(), "ArrowDown", true);
    key(canvas(), "Enter");
    expect(drawn).not.toHaveBeenCalled();
    key(canvas(), "Enter");
    expect(drawn).toHaveBeenCalledWith([
      { x: 0.5, y: 0.5 },
      { x: 0.7, y: 0.5 },
      { x: 0.7, y: 0.7 },
    ]);
  });

  it("ends a line with its second point", () => {
    const drawn = vi.fn();
    render(<Canvas tool="line" zones={[]} drawn={drawn} />);
    key(canvas(), " ");
    key(canvas(), "ArrowLeft", true);
    key(canvas(), " ");
    expect(drawn.mock.calls[0]?.[0]).toHaveLength(2);
  });

  it("takes a corner back, and gives up with Escape", () => {
    render(<Canvas tool="zone" zones={[]} drawn={() => undefined} />);
    key(canvas(), " ");
    key(canvas(), "ArrowUp", true);
    key(canvas(), " ");
    expect(canvas().getAttribute("data-points")).toBe("2");
    key(canvas(), "Backspace");
    expect(canvas().getAttribute("data-points")).toBe("1");
    key(canvas(), "Escape");
    key(canvas(), "Escape");
    expect(canvas().getAttribute("data-tool")).toBe("select");
  });
});

describe("shapes by keyboard", () => {
  it("move with the arrows and go with Delete", () => {
    render(<Canvas tool="select" zones={[square]} drawn={() => undefined} />);
    const yard = screen.getByRole("button", { name: "Zone yard" });
    key(yard, "ArrowRight", true);
    expect(present()[0]?.points[0]).toEqual({ x: 0.25, y: 0.2 });
    key(yard, "Delete");
    expect(present()).toEqual([]);
  });

  it("have corners that move, come and go", () => {
    render(<Canvas tool="select" zones={[square]} drawn={() => undefined} />);
    fireEvent.focus(screen.getByRole("button", { name: "Zone yard" }));
    const corner = (i: number) => screen.getByRole("button", { name: `Corner ${i} of yard` });
    key(corner(2), "ArrowUp", true);
    expect(present()[0]?.points[1]).toEqual({ x: 0.6, y: 0.15 });
    key(corner(1), "+");
    expect(present()[0]?.points).toHaveLength(5);
    key(corner(1), "Delete");
    key(corner(1), "Delete");
    expect(present()[0]?.points).toHaveLength(3);
    key(corner(1), "Delete");
    expect(present()[0]?.points, "a zone keeps three corners").toHaveLength(3);
  });
});
