import type { Call, PartSchema } from '../calls.ts';
import { headerName } from '../read-request.ts';
import { jsonSchemaOf } from './json-schema-of.ts';
import type { Named, Parameter } from './open-api-document.ts';
import { headerTexts, queryTexts } from './parameter-texts.ts';
import type { ParameterText } from './parameter-texts.ts';
import { SAMPLE_ID } from './sample-tasks.ts';

const taskId: Parameter = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'The `id` of a task.',
  schema: { type: 'string' },
  example: SAMPLE_ID,
};

/** The parameters of a call: the task in its path, its query and its headers. */
export function describeParameters({ path, query, headers }: Call): readonly Parameter[] {
  return [
    ...(path.includes('{id}') ? [taskId] : []),
    ...describeParts(query, 'query', queryTexts),
    ...describeParts(headers, 'header', headerTexts),
  ];
}

function describeParts(
  schemas: Named<PartSchema>,
  where: 'query' | 'header',
  texts: Named<ParameterText>,
): readonly Parameter[] {
  return Object.entries(schemas).map(([name, schema]) => {
    const text = texts[name];
    if (text === undefined)
      throw new TypeError(`Nobody has said what the ${where} ${name} is; add its text.`);
    const shownName = where === 'header' ? headerName(name) : name;
    return Object.assign({ name: shownName, in: where, schema: jsonSchemaOf(schema) }, text);
  });
}
