import { onnxRecogniser } from "#bench/contract/families/edge";
import { familyTests } from "../../../contract/family-tests.ts";

familyTests(onnxRecogniser());
