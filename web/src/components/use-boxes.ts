import { useLocalStorage } from "@mantine/hooks";

/** Whether boxes are drawn over live pictures; remembered in this browser. */
export function useBoxes(): [boolean, () => void] {
  const [stored, setStored] = useLocalStorage<"on" | "off">({
    key: "proviso-boxes",
    defaultValue: "off",
    getInitialValueInEffect: false,
  });
  return [stored === "on", () => setStored((before) => (before === "on" ? "off" : "on"))];
}
