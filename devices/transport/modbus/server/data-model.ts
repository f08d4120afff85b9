/** What a simulated device holds. A missing function, or `undefined` or `false` from one, means: no such address. */
export interface ModbusDataModel {
  readDiscreteInput?(address: number): boolean | undefined;
  readCoil?(address: number): boolean | undefined;
  /** 0..65535 */
  readInputRegister?(address: number): number | undefined;
  /** 0..65535 */
  readHoldingRegister?(address: number): number | undefined;
  writeCoil?(address: number, on: boolean): boolean;
  writeRegister?(address: number, value: number): boolean;
  /** Called before each request is carried out, so that all its values are of one moment. */
  beginRequest?(): void;
  /** Called when all values of the request have been written, so that they take effect together. */
  endRequest?(): void;
}
