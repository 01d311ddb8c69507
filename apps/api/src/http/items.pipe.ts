import { type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';
import { problem } from '#problems';
import { VALIDATION, validationProblem } from './validation.pipe.js';

/**
 * A body that is a list: `@Body(new ItemsPipe(ItemDto, 500)) items: ItemDto[]`. Every bad field of every item is named,
 * by the item's position: `3.name`.
 */
export class ItemsPipe<Item extends object> implements PipeTransform<unknown, Promise<Item[]>> {
  constructor(
    private readonly itemType: new () => Item,
    private readonly itemsMax: number,
  ) {}

  async transform(body: unknown): Promise<Item[]> {
    if (!Array.isArray(body) || body.length === 0 || body.length > this.itemsMax) {
      const message = `the body must be a list of 1 to ${this.itemsMax} objects`;
      throw problem('VALIDATION_FAILED', { errors: [{ field: '', message }] });
    }
    const items = body.map((item: unknown) => (isObject(item) ? plainToInstance(this.itemType, item) : null));
    const faults = await Promise.all(items.map(faultsOf));
    if (faults.some((fault) => fault.children?.length ?? fault.constraints)) throw validationProblem(faults);
    return items as Item[];
  }
}

async function faultsOf(item: object | null, at: number): Promise<ValidationError> {
  const property = String(at);
  if (item === null) return { property, constraints: { isObject: `${property} must be an object` } };
  const children = await validate(item, VALIDATION);
  return { property, ...(children.length > 0 && { children }) };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
