/** A point or direction of the scene in metres: x along the lane in driving direction, y to its left, z up. */
export type Vector = readonly [x: number, y: number, z: number];

export const plus = (a: Vector, b: Vector): Vector => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
export const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
export const times = (a: Vector, factor: number): Vector => [a[0] * factor, a[1] * factor, a[2] * factor];
const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const unit = (a: Vector): Vector => times(a, 1 / Math.sqrt(dot(a, a)));
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Where a camera stands. Yaw and pitch carry it around the target, roll turns it about its own axis. Degrees. */
export interface CameraPose {
  readonly position: Vector;
  readonly target: Vector;
  /** Focal length in pixels. */
  readonly focalPx: number;
  readonly yawDegrees: number;
  readonly pitchDegrees: number;
  readonly rollDegrees: number;
}

/** A point of the picture in pixels, and how far in front of the camera it lies, metres; negative behind it. */
export interface Projected {
  readonly x: number;
  readonly y: number;
  readonly depth: number;
}

export interface Camera {
  readonly width: number;
  readonly height: number;
  /** A point nearer than NEAREST_M is treated as if it lay there. */
  project(point: Vector): Projected;
}

/** Nothing nearer than this is drawn, metres; it also keeps the division by the depth away from zero. */
export const NEAREST_M = 0.5;

/** A pinhole camera without lens distortion. */
export function createCamera(pose: CameraPose, width: number, height: number): Camera {
  const position = plus(pose.target, orbit(minus(pose.position, pose.target), pose.yawDegrees, pose.pitchDegrees));
  const forward = unit(minus(pose.target, position));
  const levelRight = unit(cross(forward, [0, 0, 1]));
  const levelUp = cross(levelRight, forward);
  const cos = Math.cos(radians(pose.rollDegrees));
  const sin = Math.sin(radians(pose.rollDegrees));
  const right = plus(times(levelRight, cos), times(levelUp, sin));
  const up = plus(times(levelUp, cos), times(levelRight, -sin));
  return {
    width,
    height,
    project: (point) => {
      const ray = minus(point, position);
      const depth = dot(ray, forward);
      const scale = pose.focalPx / Math.max(NEAREST_M, depth);
      return { x: width / 2 + dot(ray, right) * scale, y: height / 2 - dot(ray, up) * scale, depth };
    },
  };
}

/** Turns an arm about the vertical by `yaw`, and raises it by `pitch`. */
function orbit(arm: Vector, yawDegrees: number, pitchDegrees: number): Vector {
  const reach = Math.hypot(arm[0], arm[1]);
  const azimuth = Math.atan2(arm[1], arm[0]) + radians(yawDegrees);
  const elevation = Math.atan2(arm[2], reach) + radians(pitchDegrees);
  const length = Math.sqrt(dot(arm, arm));
  const flat = length * Math.cos(elevation);
  return [flat * Math.cos(azimuth), flat * Math.sin(azimuth), length * Math.sin(elevation)];
}
