import { useCallback, useReducer } from "react";
import type { Scene } from "./document";
import { renameZone } from "./rules";

interface State {
  past: Scene[];
  present: Scene;
  future: Scene[];
  /** Changes with one tag are one step to go back: a drag is not a hundred steps. */
  tag: string | null;
}

type Action =
  | { type: "edit"; scene: Scene; tag: string | null }
  | { type: "undo" }
  | { type: "redo" }
  | { type: "begin"; scene: Scene };

const kMostSteps = 100;

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "begin":
      return { past: [], present: action.scene, future: [], tag: null };
    case "edit": {
      if (JSON.stringify(action.scene) === JSON.stringify(state.present)) return state;
      const joined = action.tag !== null && action.tag === state.tag;
      return {
        past: joined ? state.past : [...state.past, state.present].slice(-kMostSteps),
        present: action.scene,
        future: [],
        tag: action.tag,
      };
    }
    case "undo": {
      const before = state.past.at(-1);
      if (before === undefined) return state;
      return {
        past: state.past.slice(0, -1),
        present: before,
        future: [state.present, ...state.future],
        tag: null,
      };
    }
    case "redo": {
      const [next, ...rest] = state.future;
      if (next === undefined) return state;
      return { past: [...state.past, state.present], present: next, future: rest, tag: null };
    }
  }
}

export const begun = (scene: Scene): State => ({ past: [], present: scene, future: [], tag: null });

/** Without this zone; rules that stood on it stay and are told that it is gone. */
export function withoutZone(scene: Scene, index: number): Scene {
  return { ...scene, zones: scene.zones.filter((_, i) => i !== index) };
}

/** The zone under another name, and its rules with it. */
export function renamed(scene: Scene, index: number, name: string): Scene {
  const zone = scene.zones[index];
  if (zone === undefined) return scene;
  const zones = scene.zones.map((z, i) => (i === index ? { ...z, name } : z));
  return {
    ...scene,
    zones,
    rules: zone.mask ? scene.rules : renameZone(scene.rules, zone.name, name),
  };
}

/** The scene with everything detected that a rule speaks of. */
export function withDetected(scene: Scene): Scene {
  const missing = scene.rules
    .flatMap((rule) => rule.classes)
    .filter((kind, i, all) => all.indexOf(kind) === i && !scene.detect.includes(kind));
  return missing.length === 0 ? scene : { ...scene, detect: [...scene.detect, ...missing] };
}

/** What is drawn and written, with all steps to go back. */
export function useScene(first: Scene) {
  const [state, dispatch] = useReducer(reduce, first, begun);
  const edit = useCallback(
    (scene: Scene, tag: string | null = null) =>
      dispatch({ type: "edit", scene: withDetected(scene), tag }),
    [],
  );
  return {
    scene: state.present,
    edit,
    undo: useCallback(() => dispatch({ type: "undo" }), []),
    redo: useCallback(() => dispatch({ type: "redo" }), []),
    begin: useCallback((scene: Scene) => dispatch({ type: "begin", scene }), []),
    canUndo: state.past.length > 0,
    canRedo: state.future.length > 0,
  };
}
