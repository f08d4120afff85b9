// A child whose model files are not the pinned ones.
process.send?.({ type: "fatal", error: { code: "MODEL_INVALID", detail: "det.onnx has another SHA-256" } });
