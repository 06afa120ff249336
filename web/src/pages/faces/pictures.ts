export const kMostPictures = 8;
export const kMostBytes = 4_000_000;

export interface Picture {
  name: string;
  /** Without the "data:" prefix. */
  base64: string;
}

export type Rejection = { name: string; why: "large" | "not_jpeg" | "too_many" };

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes.length > 3 && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

export function toBase64(bytes: Uint8Array): string {
  let text = "";
  // In pieces: the arguments of one call are limited.
  for (let i = 0; i < bytes.length; i += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  }
  return btoa(text);
}

/** Takes what can be enrolled and says of the rest why not. Content decides, not the name. */
export async function readPictures(
  files: { name: string; size: number; arrayBuffer(): Promise<ArrayBuffer> }[],
  already: number,
): Promise<{ pictures: Picture[]; rejected: Rejection[] }> {
  const pictures: Picture[] = [];
  const rejected: Rejection[] = [];
  for (const file of files) {
    if (already + pictures.length >= kMostPictures) {
      rejected.push({ name: file.name, why: "too_many" });
      continue;
    }
    if (file.size > kMostBytes) {
      rejected.push({ name: file.name, why: "large" });
      continue;
    }
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (isJpeg(bytes)) pictures.push({ name: file.name, base64: toBase64(bytes) });
    else rejected.push({ name: file.name, why: "not_jpeg" });
  }
  return { pictures, rejected };
}
