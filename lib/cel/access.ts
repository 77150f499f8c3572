import { CelError } from './cel-error';
import { CelInstance } from './cel-instance';
import type { Activation, Frame, Step } from './frame';
import {
  adopt,
  type CelResult,
  type CelValue,
  Double,
  isPlainObject,
  lookup,
  MapView,
  Optional,
  type PlainObject,
  typeName,
  Uint,
} from './value';

/** `name`, a variable of the host. */
export function variable(name: string, at: number): Step {
  const missing = noValue(name, at);
  return ({ activation }) => read(activation, name, missing);
}

function read(activation: Activation, name: string, missing: CelError): CelResult {
  if (hasVariable(activation, name)) return present(activation[name], missing);
  return activation instanceof MapView ? present(activation.get(name), missing) : missing;
}

function hasVariable(activation: Activation, name: string): activation is PlainObject {
  return !(activation instanceof MapView) && Object.hasOwn(activation, name);
}

function noValue(name: string, at: number): CelError {
  return new CelError(`the variable \`${name}\` has no value`, 'unknown-variable', at);
}

function noField(field: string, at: number): CelError {
  return new CelError(`no such field \`${field}\``, 'no-such-field', at);
}

/** `operand.field` */
export function select(operand: Step, field: string, at: number): Step {
  const missing = noField(field, at);
  return (frame) => fieldOf(operand(frame), field, missing);
}

/** `name.field`: what rules are full of, in one step. */
export function variableField(name: string, field: string, at: number): Step {
  const absent = noValue(name, at);
  const missing = noField(field, at);
  return ({ activation }) => {
    if (!hasVariable(activation, name))
      return fieldOf(read(activation, name, absent), field, missing);
    const owner = activation[name];
    return ownsField(owner, field)
      ? present(owner[field], missing)
      : fieldOf(present(owner, absent), field, missing);
  };
}

/** `name.first.second` */
export function variableFields(name: string, first: string, second: string, at: number): Step {
  const head = variableField(name, first, at);
  const absent = noField(first, at);
  const missing = noField(second, at);
  return (frame) => {
    const { activation } = frame;
    if (!hasVariable(activation, name)) return fieldOf(head(frame), second, missing);
    const outer = activation[name];
    if (!ownsField(outer, first))
      return fieldOf(fieldOf(present(outer, absent), first, absent), second, missing);
    const inner = outer[first];
    return ownsField(inner, second)
      ? present(inner[second], missing)
      : fieldOf(present(inner, absent), second, missing);
  };
}

function fieldOf(owner: CelResult, field: string, missing: CelError): CelResult {
  return ownsField(owner, field)
    ? present(owner[field], missing)
    : selectOther(owner, field, missing);
}

/** A plain object with the field: the way that is worth being short. */
function ownsField(value: unknown, field: string): value is PlainObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !(value instanceof CelInstance) &&
    !Array.isArray(value) &&
    Object.hasOwn(value, field)
  );
}

function present(value: unknown, missing: CelError): CelResult {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return value === undefined ? missing : adopt(value);
}

function selectOther(owner: CelResult, field: string, missing: CelError): CelResult {
  if (owner instanceof CelError) return owner;
  if (owner instanceof Optional) return optionalField(owner, field);
  if (owner instanceof MapView || isPlainObject(owner))
    return present(lookup(owner, field), missing);
  return noFields(owner, missing.at);
}

function noFields(owner: CelValue, at: number | undefined): CelError {
  const message = `no such overload: a value of type ${typeName(owner)} has no fields`;
  return new CelError(message, owner === null ? 'no-such-field' : 'no-such-overload', at);
}

/** `operand.?field` */
export function selectOptional(operand: Step, field: string, at: number): Step {
  return (frame) => {
    const owner = operand(frame);
    if (owner instanceof CelError) return owner;
    if (owner instanceof Optional) return optionalField(owner, field);
    if (owner instanceof MapView || isPlainObject(owner)) return optionalOf(lookup(owner, field));
    return noFields(owner, at);
  };
}

function optionalField(owner: Optional, field: string): CelResult {
  if (owner.value === undefined) return Optional.NONE;
  const { value } = owner;
  if (value instanceof MapView || isPlainObject(value)) return optionalOf(lookup(value, field));
  return noFields(value, undefined);
}

function optionalOf(value: unknown): CelResult {
  if (value === undefined) return Optional.NONE;
  const adopted = adopt(value);
  return adopted instanceof CelError ? adopted : Optional.of(adopted);
}

/** `has(operand.field)`: false as well where the operand is of a type that has no fields. */
export function test(operand: Step, field: string): Step {
  return (frame) => {
    const owner = operand(frame);
    if (ownsField(owner, field)) return owner[field] !== undefined;
    if (owner instanceof CelError) return owner;
    const value = owner instanceof Optional ? owner.value : owner;
    if (value instanceof MapView) return value.has(field);
    return isPlainObject(value) && lookup(value, field) !== undefined;
  };
}

/** `operand[index]` */
export function index(operand: Step, key: Step, at: number): Step {
  return (frame) => {
    const owner = operand(frame);
    if (owner instanceof CelError) return owner;
    const position = key(frame);
    if (position instanceof CelError) return position;
    if (owner instanceof Optional)
      return owner.value === undefined
        ? Optional.NONE
        : optionally(entry(owner.value, position, at));
    return entry(owner, position, at);
  };
}

/** `operand[?index]` */
export function indexOptional(operand: Step, key: Step, at: number): Step {
  return (frame: Frame) => {
    const owner = operand(frame);
    if (owner instanceof CelError) return owner;
    const position = key(frame);
    if (position instanceof CelError) return position;
    const value = owner instanceof Optional ? owner.value : owner;
    return value === undefined ? Optional.NONE : optionally(entry(value, position, at));
  };
}

const ABSENT: readonly string[] = ['no-such-key', 'index-out-of-range'];

function optionally(found: CelResult): CelResult {
  if (!(found instanceof CelError)) return Optional.of(found);
  return ABSENT.includes(found.code) ? Optional.NONE : found;
}

function entry(owner: CelValue, key: CelValue, at: number): CelResult {
  if (Array.isArray(owner)) return listEntry(owner, key, at);
  if (owner instanceof MapView || isPlainObject(owner)) {
    const value = lookup(owner, key);
    return value === undefined ? noSuchKey(key, at) : adopt(value);
  }
  const message = `no such overload: a value of type ${typeName(owner)} has no entries`;
  return new CelError(message, 'no-such-overload', at);
}

/** The key may be a name that somebody chose, but is no secret of ours to show at full length. */
function noSuchKey(key: CelValue, at: number): CelError {
  const shown = typeof key === 'string' ? ` ${JSON.stringify(key.slice(0, 40))}` : '';
  return new CelError(`no such key${shown}`, 'no-such-key', at);
}

function listEntry(entries: readonly unknown[], key: CelValue, at: number): CelResult {
  const position = positionOf(key);
  if (position === undefined) {
    const message = `no such overload: a list has no entry of type ${typeName(key)}`;
    return new CelError(message, 'no-such-overload', at);
  }
  if (!(position >= 0 && position < entries.length)) {
    const message = `index out of bounds: ${position} of a list of ${entries.length}`;
    return new CelError(message, 'index-out-of-range', at);
  }
  return Number.isInteger(position)
    ? adopt(entries[position])
    : new CelError(`invalid index: ${position} is not whole`, 'invalid-argument', at);
}

function positionOf(key: CelValue): number | undefined {
  if (typeof key === 'number') return key;
  if (key instanceof Double) return key.value;
  if (key instanceof Uint || typeof key === 'bigint') {
    return Number(key instanceof Uint ? key.value : key);
  }
  return undefined;
}
