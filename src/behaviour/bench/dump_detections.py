#!/usr/bin/python3
"""Writes down what a network finds in clips, for proviso_behaviour_figures.

usage: dump_detections.py MODELS CLIPS OUT CLIP@MODEL...
MODEL is 2000 or 2002 (person-vehicle-bike-detection) or yolox (nano, 416). Lines are
`frame class x y w h score` and 32 colour bins (see appearance.h), in fractions of the picture,
scores from 0.1 on. Needs python3-opencv.
"""

import os
import sys

import cv2
import numpy as np

LEAST_SCORE = 0.1
LARGEST_OVERLAP = 0.45
PERSON, VEHICLE, BIKE, BAG = 0, 1, 2, 4
SSD_CLASSES = {0: VEHICLE, 1: PERSON, 2: BIKE}
COCO_CLASSES = {0: PERSON, 1: BIKE, 2: VEHICLE, 3: VEHICLE, 5: VEHICLE, 7: VEHICLE,
                24: BAG, 26: BAG, 28: BAG}


def best_boxes(kind, boxes, scores):
    """The boxes of one class that no better one covers."""
    if len(boxes) == 0:
        return
    scaled = [[float(value) * 1000 for value in box] for box in boxes]
    kept = cv2.dnn.NMSBoxes(scaled, [float(score) for score in scores], 0.0, LARGEST_OVERLAP)
    for index in np.array(kept).reshape(-1):
        yield (kind, *boxes[index], float(scores[index]))


class Ssd:
    def __init__(self, path, size):
        self.net = cv2.dnn.readNetFromONNX(path)
        self.size = (size, size)

    def find(self, picture):
        self.net.setInput(cv2.dnn.blobFromImage(picture, 1.0, self.size))
        corners, scores = (output[0] for output in self.net.forward(["boxes", "scores"]))
        for column, kind in SSD_CLASSES.items():
            rows = np.where(scores[:, column] > LEAST_SCORE)[0]
            boxes = [(x, y, right - x, bottom - y) for x, y, right, bottom in corners[rows]]
            yield from best_boxes(kind, boxes, scores[rows, column])


class Yolox:
    SIZE = 416

    def __init__(self, path):
        self.net = cv2.dnn.readNetFromONNX(path)
        cells = []
        for stride in (8, 16, 32):
            side = self.SIZE // stride
            rows, columns = np.mgrid[0:side, 0:side]
            strides = np.full(side * side, stride)
            cells.append(np.stack([columns.ravel(), rows.ravel(), strides], 1))
        self.cells = np.concatenate(cells).astype(np.float32)

    def find(self, picture):
        high, wide = picture.shape[:2]
        scale = min(self.SIZE / wide, self.SIZE / high)
        small = cv2.resize(picture, (int(wide * scale), int(high * scale)))
        padded = np.full((self.SIZE, self.SIZE, 3), 114, np.uint8)
        padded[: small.shape[0], : small.shape[1]] = small
        self.net.setInput(cv2.dnn.blobFromImage(padded, 1.0, (self.SIZE, self.SIZE)))
        out = self.net.forward()[0]
        centre = (out[:, 0:2] + self.cells[:, 0:2]) * self.cells[:, 2:3] / scale
        size = np.exp(out[:, 2:4]) * self.cells[:, 2:3] / scale
        whole = np.array([wide, high])
        boxes = np.concatenate([(centre - size / 2) / whole, size / whole], 1)
        for column, kind in COCO_CLASSES.items():
            scores = out[:, 4] * out[:, 5 + column]
            rows = np.where(scores > LEAST_SCORE)[0]
            yield from best_boxes(kind, [tuple(box) for box in boxes[rows]], scores[rows])


def appearance(picture, x, y, w, h):
    """The colours of the inner part of a box, as appearance_bin() counts them."""
    high, wide = picture.shape[:2]
    left, right = int(max(0, (x + 0.15 * w) * wide)), int(min(wide, (x + 0.85 * w) * wide))
    top, bottom = int(max(0, (y + 0.05 * h) * high)), int(min(high, (y + 0.9 * h) * high))
    if right - left < 2 or bottom - top < 2:
        return np.zeros(32)
    hsv = cv2.cvtColor(picture[top:bottom, left:right], cv2.COLOR_BGR2HSV)
    hue, saturation, value = hsv.reshape(-1, 3).astype(np.float32).T
    hue, saturation, value = hue * 2, saturation / 255, value / 255
    sector = np.minimum(11, (((hue + 15) % 360) / 30).astype(int))
    grey = 24 + np.minimum(7, (value * 8).astype(int))
    bins = np.where(
        (saturation < 0.2) | (value < 0.2), grey, 2 * sector + (saturation >= 0.55))
    counts = np.bincount(bins.astype(int), minlength=32).astype(np.float64)
    return counts / counts.sum()


def dump(detector, clip, model, path, out):
    video = cv2.VideoCapture(path)
    frames = 0
    with open(out, "w", encoding="ascii") as file:
        file.write("# %s %s %d %d %g\n" % (clip, model, video.get(3), video.get(4), video.get(5)))
        while True:
            read, picture = video.read()
            if not read:
                break
            for kind, x, y, w, h, score in detector.find(picture):
                colours = " ".join("%.4f" % share for share in appearance(picture, x, y, w, h))
                file.write("%d %d %.5f %.5f %.5f %.5f %.4f %s\n"
                           % (frames, kind, x, y, w, h, score, colours))
            frames += 1
        file.write("# frames %d\n" % frames)
    print(out, frames, flush=True)


def main(models, clips, out, *jobs):
    cv2.setNumThreads(1)
    for job in jobs:
        clip, model = job.split("@")
        if model == "yolox":
            detector = Yolox(f"{models}/yolox_nano_416.onnx")
        else:
            size = 512 if model == "2002" else 256
            detector = Ssd(f"{models}/person_vehicle_bike_{model}.onnx", size)
        name = os.path.splitext(clip)[0].replace("/", "_")
        dump(detector, clip, model, f"{clips}/{clip}", f"{out}/{name}.{model}.txt")


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
