import type { FastifyInstance } from "fastify";
import type { Incident } from "#store/incident-register";

/** Where and to whom an incident is reported; undefined where the lane file says nothing. */
export interface IncidentPlace {
  readonly site: string;
  readonly lane: string;
  readonly siteName?: string;
  readonly siteCode?: string;
  readonly unit?: string;
}

/** What the API reads of the register of incidents. */
export interface IncidentSource {
  list(): readonly Incident[];
  close(): void;
}

export interface IncidentRoutes {
  readonly place: IncidentPlace;
  readonly register: IncidentSource;
}

/** The answer to GET /incidents. */
export interface IncidentList {
  readonly place: IncidentPlace;
  readonly incidents: readonly Incident[];
}

export function addIncidentRoutes(app: FastifyInstance, { place, register }: IncidentRoutes): void {
  app.get("/incidents", (): IncidentList => ({ place, incidents: register.list() }));
}
