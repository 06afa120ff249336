import { webcrypto } from "node:crypto";

// Node 18 has WebCrypto but does not put it where browsers do.
if (!("crypto" in globalThis)) {
  Object.defineProperty(globalThis, "crypto", { value: webcrypto });
}
