import { opcUaIdReaders } from "#bench/contract/families/opcua";
import { familyTests } from "../../../contract/family-tests.ts";

familyTests(...opcUaIdReaders());
