import { createTheme, type MantineColorsTuple } from "@mantine/core";

const teal: MantineColorsTuple = [
  "#e6f6f7",
  "#cfe9ec",
  "#a0d3d9",
  "#6ebcc5",
  "#45a8b4",
  "#2a9aa8",
  "#178a98",
  "#0b7482",
  "#0a626e",
  "#064f59",
];

/** Slightly blue greys: they let the pictures be the warmest thing on the page. */
const dark: MantineColorsTuple = [
  "#d5dae0",
  "#aeb6c0",
  "#8f99a6",
  "#65707e",
  "#3a434e",
  "#2c343e",
  "#20262e",
  "#181d24",
  "#12161b",
  "#0c0f13",
];

const gray: MantineColorsTuple = [
  "#f7f8fa",
  "#eff1f4",
  "#e3e7ec",
  "#d3d9e0",
  "#b6bfc9",
  "#8b96a3",
  "#65707e",
  "#4a5460",
  "#323a44",
  "#1d232b",
];

export const theme = createTheme({
  primaryColor: "teal",
  primaryShade: 7,
  colors: { teal, dark, gray },
  autoContrast: true,
  luminanceThreshold: 0.36,
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  fontFamilyMonospace: '"JetBrains Mono Variable", ui-monospace, monospace',
  defaultRadius: "sm",
  headings: { fontWeight: "620" },
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  cursorType: "pointer",
  components: {
    Tooltip: { defaultProps: { openDelay: 250, withArrow: true, multiline: true, maw: 320 } },
    Button: { defaultProps: { size: "sm" } },
    Table: { defaultProps: { verticalSpacing: 8, horizontalSpacing: 12 } },
    TableScrollContainer: { defaultProps: { type: "native" } },
    Modal: {
      defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.5 } },
      styles: { title: { fontSize: 16, fontWeight: 620 } },
    },
  },
});
