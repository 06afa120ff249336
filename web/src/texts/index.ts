/** Every word a person reads, in one place. */

import { common } from "./common";
import { law, plain } from "./law";
import { pages } from "./pages";
import { video } from "./video";

export const texts = { ...common, ...law, ...video, ...pages };

export { plain };
