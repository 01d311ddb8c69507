import { type ApiDescription, type Content, type Parameter, routesOf, type Schema } from './api-description.js';

/**
 * Every place of a description that leaves a reader guessing: a text, list or number without bounds, an object that says
 * nothing of its members, a field or parameter without an example, a whole number that may have fractions.
 */
export function schemaGaps(description: ApiDescription): string[] {
  const schemas = Object.entries(description.components.schemas).flatMap(([name, schema]) => gapsIn(schema, name));
  const places = routesOf(description).flatMap(({ name, operation }) => [
    ...(operation.parameters ?? []).flatMap((parameter) => gapsInParameter(parameter, name)),
    ...gapsInContent(operation.requestBody?.content, `${name} body`),
    ...Object.entries(operation.responses).flatMap(([status, { content }]) =>
      gapsInContent(content, `${name} ${status}`),
    ),
  ]);
  return [...schemas, ...places];
}

function gapsInParameter({ name, schema, example, description }: Parameter, at: string): string[] {
  const place = `${at} ?${name}`;
  const shown = example === undefined ? schema : { ...schema, example };
  return [...gapsIn(schema, place), ...exampleGaps(shown, place), ...(description ? [] : [`${place}: no description`])];
}

function gapsInContent(content: Content = {}, at: string): string[] {
  return Object.values(content).flatMap(({ schema }) => gapsIn(schema, at));
}

function gapsIn(schema: Schema, at: string): string[] {
  if (schema.$ref !== undefined || schema.enum !== undefined) return [];
  const alternatives = [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])];
  const types = typesOf(schema);
  return [
    ...(types.length === 0 && alternatives.length === 0 ? [`${at}: no type`] : []),
    ...types.flatMap((type) => missingBounds(type, schema).map((bound) => `${at}: ${type} without ${bound}`)),
    ...alternatives.flatMap((each, index) => gapsIn(each, `${at}|${index}`)),
    ...(schema.items ? gapsIn(schema.items, `${at}[]`) : []),
    ...(typeof schema.additionalProperties === 'object' ? gapsIn(schema.additionalProperties, `${at}.*`) : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) => [
      ...gapsIn(property, `${at}.${name}`),
      ...exampleGaps(property, `${at}.${name}`),
    ]),
  ];
}

function missingBounds(type: string, schema: Schema): string[] {
  const absent = (names: readonly (keyof Schema)[]) => names.filter((name) => schema[name] === undefined);
  switch (type) {
    case 'string':
      return absent(['maxLength']);
    case 'array':
      return absent(['maxItems', 'items']);
    case 'integer':
      return absent(['minimum', 'maximum', 'format']);
    case 'number':
      return Number.isInteger(schema.example) ? ['fractions: say integer'] : absent(['minimum', 'maximum']);
    case 'object':
      return schema.properties ? [] : absent(['additionalProperties', 'maxProperties']);
    default:
      return [];
  }
}

/** What is described elsewhere has its examples there, and an enumeration is its own example. */
function exampleGaps(schema: Schema, at: string): string[] {
  const elsewhere = [schema, schema.items, ...(schema.allOf ?? []), ...(schema.anyOf ?? [])];
  const isKnown = schema.example !== undefined || schema.enum !== undefined || elsewhere.some((each) => each?.$ref);
  return isKnown ? [] : [`${at}: no example`];
}

function typesOf({ type }: Schema): readonly string[] {
  return type === undefined ? [] : [type].flat();
}
