export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Where the picture lies in a box that shows it whole (`object-fit: contain`). */
export function pictureRect(
  box: { width: number; height: number },
  picture: { width: number; height: number } | null,
): Rect {
  if (picture === null || picture.width <= 0 || picture.height <= 0) {
    return { x: 0, y: 0, width: box.width, height: box.height };
  }
  const scale = Math.min(box.width / picture.width, box.height / picture.height);
  const width = picture.width * scale;
  const height = picture.height * scale;
  return { x: (box.width - width) / 2, y: (box.height - height) / 2, width, height };
}
