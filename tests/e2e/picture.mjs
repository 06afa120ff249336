// What a video element really shows: not "it has a source", but moving pictures that are not black.

function look(video) {
  const quality = video.getVideoPlaybackQuality();
  const canvas = document.createElement("canvas");
  canvas.width = 64;
  canvas.height = 36;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(video, 0, 0, 64, 36);
  const { data } = context.getImageData(0, 0, 64, 36);
  const light = [];
  for (let i = 0; i < data.length; i += 4) {
    light.push((data[i] + data[i + 1] + data[i + 2]) / 3);
  }
  const mean = light.reduce((sum, value) => sum + value, 0) / light.length;
  const spread = Math.sqrt(
    light.reduce((sum, value) => sum + (value - mean) ** 2, 0) / light.length,
  );
  return {
    time: video.currentTime,
    frames: quality.totalVideoFrames,
    dropped: quality.droppedVideoFrames,
    width: video.videoWidth,
    height: video.videoHeight,
    mean,
    spread,
    light,
  };
}

/** Two looks at one video, `apart` milliseconds, and what changed between them. */
export async function watch(video, page, apart = 1500) {
  const before = await video.evaluate(look);
  await page.waitForTimeout(apart);
  const after = await video.evaluate(look);
  const changed = after.light.filter((value, i) => Math.abs(value - before.light[i]) > 6).length;
  return {
    advanced: after.time - before.time,
    frames: after.frames - before.frames,
    total: after.frames,
    width: after.width,
    height: after.height,
    mean: after.mean,
    spread: after.spread,
    changed,
  };
}

/** A lens cap, a decoder that gave up and an empty element all look like this. */
export function isBlack({ mean, spread }) {
  return mean < 6 || spread < 2;
}
