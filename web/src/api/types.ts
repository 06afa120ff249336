import type { components } from "./schema";

type Schemas = components["schemas"];

export type Session = Schemas["Session"];
export type User = Schemas["User"];
export type Role = Schemas["Role"];
export type Status = Schemas["Status"];
export type Site = Schemas["Site"];
export type Camera = Schemas["Camera"];
export type StreamHealth = Schemas["StreamHealth"];
export type StreamKind = Schemas["StreamKind"];
export type Timeline = Schemas["Timeline"];
export type Export = Schemas["Export"];
export type NewExport = Schemas["NewExport"];
export type Matrix = Schemas["Matrix"];
export type Cell = Schemas["Cell"];
export type Article = Schemas["Article"];
export type Missing = Schemas["Missing"];
export type Verdict = Schemas["Verdict"];
export type DocumentKind = Schemas["DocumentKind"];
export type Changes = Schemas["Changes"];
export type Change = Schemas["Change"];
export type Entry = Schemas["Entry"];
export type InclusionProof = Schemas["InclusionProof"];
export type LiveMessage = Schemas["LiveMessage"];
export type ErrorBody = Schemas["Error"]["error"];
