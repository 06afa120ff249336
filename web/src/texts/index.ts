/** Every word a person reads, in one place. */

import { common } from "./common";
import { eyes } from "./eyes";
import { faceTexts } from "./faces";
import { liftTexts } from "./lifts";
import { law, plain } from "./law";
import { packTexts } from "./packs";
import { pages } from "./pages";
import { video } from "./video";
import { zoneTexts } from "./zones";

export const texts = {
  ...common,
  ...law,
  ...video,
  ...pages,
  ...zoneTexts,
  ...eyes,
  ...faceTexts,
  ...packTexts,
  ...liftTexts,
};

export { plain };
