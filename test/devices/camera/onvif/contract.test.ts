import { onvifCamera } from "#bench/contract/families/edge";
import { familyTests } from "../../../contract/family-tests.ts";

familyTests(onvifCamera());
