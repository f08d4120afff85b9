/** What the simulated cameras of the measurements ask for. */
export const CAMERA_PASSWORD = "bench";
