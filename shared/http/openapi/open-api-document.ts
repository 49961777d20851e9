/** A JSON Schema of draft 2020-12, as OpenAPI 3.1 has it in every place of a schema. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Parts of the document by their names. */
export type Named<Part> = Readonly<Record<string, Part>>;

/** A part that stands under `components`. */
// No interface: that would be no JsonSchema.
export type Reference = { readonly $ref: string };

/** A value that shows what is meant. */
export interface Example {
  readonly summary?: string;
  readonly value: unknown;
}

/** What a body of one content type looks like. */
export interface MediaType {
  readonly schema: JsonSchema;
  readonly examples?: Named<Example>;
}

/** A parameter of a call; `name` is as people write it. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: true;
  readonly description: string;
  readonly schema: JsonSchema;
  readonly example?: unknown;
}

/** A header of an answer. */
export interface Header {
  readonly description: string;
  /** Whether every answer of this status has it. */
  readonly required?: true;
  readonly schema: JsonSchema;
  readonly example: string;
}

/** An answer. Without `content` it has no body. */
export interface Response {
  readonly description: string;
  readonly headers?: Named<Header>;
  /** By content type. */
  readonly content?: Named<MediaType>;
}

/** A call of the API. */
export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  /** Empty where the call asks for no authorization. */
  readonly security?: readonly [];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Named<MediaType> };
  /** By status. */
  readonly responses: Named<Response | Reference>;
}

/** A description of the API (https://spec.openapis.org/oas/v3.1.1.html), as far as we use its words. */
export interface OpenApiDocument {
  readonly openapi: '3.1.1';
  readonly jsonSchemaDialect: string;
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly summary: string;
    readonly description: string;
  };
  readonly servers: readonly { readonly url: string; readonly description: string }[];
  readonly security: readonly Named<readonly []>[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  /** By path, then by method in lower case. */
  readonly paths: Named<Named<Operation>>;
  readonly components: {
    readonly schemas: Named<JsonSchema>;
    readonly responses: Named<Response>;
    readonly securitySchemes: Named<Named<string>>;
  };
}

/** A reference to a schema under `components`. */
export function schemaRef(name: string): Reference {
  return { $ref: `#/components/schemas/${name}` };
}
