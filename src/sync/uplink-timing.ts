/** Times and limits, all with defaults; shorter ones are for tests. */
export interface UplinkTiming {
  /** Without any PUBACK for this long the connection counts as broken, milliseconds. Default 10,000. */
  readonly ackTimeoutMs: number;
  /** Without an acknowledgement from operations for this long, entries are sent again, milliseconds. Default 30,000. */
  readonly resendAfterMs: number;
  /** Most entries without PUBACK, live ones first. Default 32. */
  readonly window: number;
  /**
   * Most entries of the backlog sent beyond the last one that operations acknowledged. Default 960: a broker keeps
   * 1,000 messages for a slow subscriber (Mosquitto) before it drops any.
   */
  readonly horizon: number;
  /** While operations acknowledge again and again, the cursor is made durable this often, milliseconds. Default 50. */
  readonly receiptEveryMs: number;
  /** Waiting time before a new connection, milliseconds. Defaults 500 and 30,000. */
  readonly reconnectMinMs: number;
  readonly reconnectMaxMs: number;
  /** Default 15. */
  readonly keepaliveSeconds: number;
  /** Default 10,000. */
  readonly connectTimeoutMs: number;
  /** Default 30,000: a cluster takes its time to set up what it keeps for us. */
  readonly subscribeTimeoutMs: number;
}

export const UPLINK_TIMING: UplinkTiming = {
  ackTimeoutMs: 10_000,
  resendAfterMs: 30_000,
  window: 32,
  horizon: 960,
  receiptEveryMs: 50,
  reconnectMinMs: 500,
  reconnectMaxMs: 30_000,
  keepaliveSeconds: 15,
  connectTimeoutMs: 10_000,
  subscribeTimeoutMs: 30_000,
};
