import { DomainError, invalidInput, say, type ConstraintWordings, type Language } from '@jishi/errors';
import type { Logger } from '@jishi/telemetry';
import {
  execute,
  GraphQLError,
  parse,
  validate,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import type { Context } from './context';

export interface GraphQLRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  readonly operationName?: string | null;
}

export interface GraphQLReply {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
  readonly extensions?: Record<string, unknown>;
}

type Prepared = { document: DocumentNode } | { errors: readonly GraphQLError[] };

/** Executes requests on a schema; each text is parsed and validated once. */
export function executor(schema: GraphQLSchema, constraints: ConstraintWordings, log: Logger) {
  const known = new Map<string, Prepared>();
  const prepare = (query: string): Prepared => {
    let prepared = known.get(query);
    if (!prepared) {
      prepared = prepareNow(schema, query);
      if (known.size > 1_000) known.clear();
      known.set(query, prepared);
    }
    return prepared;
  };
  return async (request: GraphQLRequest, context: Context): Promise<GraphQLReply> => {
    const prepared = prepare(request.query);
    if ('errors' in prepared)
      return { errors: prepared.errors.map((error) => spoken(error, context, constraints, log)) };
    const result: ExecutionResult = await execute({
      schema,
      document: prepared.document,
      variableValues: request.variables,
      operationName: request.operationName,
      contextValue: context,
    });
    return {
      data: result.data,
      ...(result.errors && { errors: result.errors.map((error) => spoken(error, context, constraints, log)) }),
      ...(context.hidden.length > 0 && { extensions: { hidden: context.hidden } }),
    };
  };
}

function prepareNow(schema: GraphQLSchema, query: string): Prepared {
  try {
    const document = parse(query);
    const errors = validate(schema, document);
    return errors.length > 0 ? { errors } : { document };
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error] };
    throw error;
  }
}

interface DatabaseError {
  readonly code: string;
  readonly constraint?: string;
}

/** PostgreSQL could not read a text as the type of its column; of what a caller sends, only ids get that far. */
const malformedText = '22P02';
const malformedId = {
  zh: '标识的格式不对：请从列表或记录中取得标识，不要手工输入',
  en: 'An id is malformed: take it from a list or a record instead of typing it',
};

/** What else PostgreSQL says of a value that no column can hold; it names neither the value's field nor its place. */
const notAValue = {
  zh: '填写的内容无法记录：含有不可见的控制字符，或者日期、数字、文字超出允许的范围',
  en: 'A value cannot be recorded: it holds a control character, or a date, number or text is beyond what is allowed',
};
const notValues: ReadonlySet<string> = new Set([
  '22021', // a null character in a text
  '22P05', // the same, or half a character, inside JSON
  '22007', // no date
  '22008', // a date out of range
  '22009', // a year that is taken for a time zone
  '22003', // a number out of range
  '54000', // a text too long for an index
]);

const isDatabaseError = (error: unknown): error is DatabaseError =>
  typeof error === 'object' && error !== null && /^[0-9A-Z]{5}$/.test(String((error as { code?: unknown }).code));

/** The refusal behind an error: one of ours, or a constraint of the database that has words. */
function refusalOf(error: unknown, constraints: ConstraintWordings): DomainError | undefined {
  if (error instanceof DomainError) return error;
  const cause = (error as { driverError?: unknown } | undefined)?.driverError ?? error;
  if (!isDatabaseError(cause)) return undefined;
  const words = cause.constraint === undefined ? undefined : constraints[cause.constraint];
  if (words) return new DomainError(cause.code === '23505' ? 'CONFLICT' : 'RULE_BROKEN', words);
  if (cause.code === malformedText) return invalidInput('id', malformedId);
  if (notValues.has(cause.code)) return invalidInput('input', notAValue, { code: 'VALUE_NOT_ACCEPTED' });
  return undefined;
}

/** What was thrown; GraphQL wraps it, for values of variables even twice. Its own complaints have no cause. */
function causeOf(error: GraphQLError): unknown {
  let cause: unknown = error;
  while (cause instanceof GraphQLError) cause = cause.originalError;
  return cause;
}

/** What the caller is told of an error: a refusal in his language, or a number under which we find the rest in the log. */
function spoken(
  error: GraphQLError,
  context: Context,
  constraints: ConstraintWordings,
  log: Logger,
): GraphQLFormattedError {
  const cause = causeOf(error);
  const domain = refusalOf(cause, constraints);
  const place = { path: error.path, locations: error.locations };
  if (domain) return { ...place, ...formatRefusal(inVariable(domain, error), context.language) };
  if (cause === undefined) return error.toJSON();
  log.error({ err: cause, path: error.path }, 'a resolver failed');
  return { ...place, ...formatInternal(context.language) };
}

/** A type that refuses a value does not know where the value stood; of a variable, GraphQL's own words do. */
function inVariable({ kind, refusal }: DomainError, { message }: GraphQLError): DomainError {
  const place = /^Variable "\$(\w+)" got invalid value [^]*?(?: at "\1\.?([^"]+)")?; Expected type "/.exec(message);
  return new DomainError(kind, place ? { ...refusal, field: place[2] ?? place[1] } : refusal);
}

export function formatRefusal({ kind, refusal }: DomainError, language: Language): GraphQLFormattedError {
  const { code, wording, field, rule, citation, params } = refusal;
  return {
    message: say(wording, language, params),
    extensions: { code, kind, ...(field && { field }), ...(rule && { rule }), ...(citation && { citation }) },
  };
}

/** What went wrong inside, without a word of it; the gateway puts the number under which the log has it in its place. */
export const formatInternal = (language: Language): GraphQLFormattedError => ({
  message:
    language === 'zh'
      ? '系统内部错误，已记录，请稍后再试'
      : 'An internal error; it was recorded. Please try again later',
  extensions: { code: 'INTERNAL_SERVER_ERROR' },
});
