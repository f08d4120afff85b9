import { vda5050Vehicles } from "#bench/contract/families/edge";
import { familyTests } from "../../../contract/family-tests.ts";

familyTests(vda5050Vehicles());
