export type Size = { width: number; height: number };

/**
 * The position of the camera. Displacements are fractions of the picture's side. `pan` and `tilt` are the displacement
 * of the line of sight on the picture, `zoom` is a natural logarithm, `roll` is in radians.
 */
export type Pose = {
  truck: number;
  pedestal: number;
  pan: number;
  tilt: number;
  zoom: number;
  roll: number;
};

/** Maps a place in the frame to a place in the picture: the rows of a 3 by 3 homography, in frame pixels. */
export type View = [number, number, number, number, number, number, number, number, number];

/**
 * A real camera in front of a flat picture: a truck moves it sideways, a pan turns it, which makes verticals lean. A
 * camera at rest gives the identity, because the video must begin with exactly the picture.
 */
export function toView(pose: Pose, { width, height }: Size): View {
  const focal = Math.max(width, height);
  const yaw = Math.atan((pose.pan * width) / focal);
  const pitch = Math.atan((pose.tilt * height) / focal);
  const [cosYaw, sinYaw] = [Math.cos(yaw), Math.sin(yaw)];
  const [cosPitch, sinPitch] = [Math.cos(pitch), Math.sin(pitch)];
  const [cosRoll, sinRoll] = [Math.cos(pose.roll), Math.sin(pose.roll)];
  const scale = Math.exp(-pose.zoom);
  const middle = { x: (width - 1) / 2, y: (height - 1) / 2 };
  const eye = { x: middle.x + pose.truck * width, y: middle.y + pose.pedestal * height };

  // The ray through a pixel, (right * scale, down * scale, focal): rolled, pitched, then turned.
  const ray = (right: number, down: number, ahead: number): [number, number, number] => {
    const x = right * cosRoll - down * sinRoll;
    const y = right * sinRoll + down * cosRoll;
    const [lowered, forward] = [y * cosPitch + ahead * sinPitch, ahead * cosPitch - y * sinPitch];
    return [x * cosYaw + forward * sinYaw, lowered, forward * cosYaw - x * sinYaw];
  };
  const [ax, ay, az] = ray(scale, 0, 0);
  const [bx, by, bz] = ray(0, scale, 0);
  const [cx, cy, cz] = ray(-middle.x * scale, -middle.y * scale, focal);

  // Each ray meets the picture where its depth equals the focal length.
  const column = (x: number, y: number, z: number) => ({
    x: x * focal + eye.x * z,
    y: y * focal + eye.y * z,
    z,
  });
  const [a, b, c] = [column(ax, ay, az), column(bx, by, bz), column(cx, cy, cz)];
  const unit = 1 / focal;
  return [a.x, b.x, c.x, a.y, b.y, c.y, a.z, b.z, c.z].map((value) => value * unit) as View;
}

// Less than a sampler can tell apart.
const TOLERANCE = 1e-3;

/** Whether every pixel of the frame is within the picture. */
export function showsOnlyPicture([a, b, c, d, e, f, g, h, i]: View, size: Size): boolean {
  const [right, bottom] = [size.width - 1, size.height - 1];
  const isWithin = (place: number, end: number) => place >= -TOLERANCE && place <= end + TOLERANCE;
  const corners = [
    [0, 0],
    [right, 0],
    [0, bottom],
    [right, bottom],
  ] as const;
  return corners.every(([x, y]) => {
    const depth = g * x + h * y + i;
    return (
      isWithin((a * x + b * y + c) / depth, right) && isWithin((d * x + e * y + f) / depth, bottom)
    );
  });
}
