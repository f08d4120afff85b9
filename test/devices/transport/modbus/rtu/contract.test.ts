import { describe } from "node:test";
import { rtuFamilies } from "#bench/contract/families/modbus";
import { familyTests } from "../../../../contract/family-tests.ts";

describe("RTU over TCP", { concurrency: 2 }, () => familyTests(...rtuFamilies()));
