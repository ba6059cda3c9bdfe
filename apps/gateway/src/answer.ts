import type { ApolloServerPlugin } from '@apollo/server';
import { type Language, say } from '@jishi/errors';
import type { Logger } from '@jishi/telemetry';
import type { GraphQLFormattedError } from 'graphql';
import { hiddenMark } from './data-source';
import type { Caller } from './subgraph';

const internal = {
  zh: '系统内部错误，已记录（编号 {id}），请稍后再试或联系管理员',
  en: 'Something went wrong inside and was logged (number {id}); try again later or tell the administrator',
};

/** Codes that mean "nobody meant this to be said": the words of such an error go to the log, not to the caller. */
const unmeant = new Set<unknown>(['INTERNAL_SERVER_ERROR', 'DOWNSTREAM_SERVICE_ERROR', undefined]);

/** A value that its type does not take (a word that is no choice, a needed field left out): which field of the form it is. */
function inVariable(message: string, language: Language, extensions: Readonly<Record<string, unknown>>) {
  const [, variable, path] =
    /^Variable "\$(\w+)" (?:got invalid value [^]*?(?: at "\1\.?([^"]*)")?; |of )/.exec(message) ?? [];
  const [, missing] = /; Field "(\w+)" of required type /.exec(message) ?? [];
  const needed = missing !== undefined || / of required type .* was not provided/.test(message);
  const field = [path ?? (missing ? undefined : variable), missing].filter(Boolean).join('.');
  if (!field) return { extensions };
  const said = needed ? `请填写“${field}”` : `“${field}”的值不对`;
  return { message: language === 'zh' ? `${said}（${message}）` : message, extensions: { ...extensions, field } };
}

/**
 * What a caller may read of an error: message, place and path, and the facts a service gave (code, field, rule,
 * citation …). Stack traces and the planner's own notes never leave; an error without a meant code loses its words.
 */
export function masked(error: GraphQLFormattedError, language: Language, correlationId: string): GraphQLFormattedError {
  const { stacktrace, serviceName, ...extensions } = error.extensions ?? {};
  void [stacktrace, serviceName];
  if (extensions.code === 'BAD_USER_INPUT') return { ...error, ...inVariable(error.message, language, extensions) };
  if (!unmeant.has(extensions.code)) return { ...error, extensions };
  return {
    message: say(internal, language, { id: correlationId }),
    ...(error.path && { path: error.path }),
    extensions: { code: 'INTERNAL_SERVER_ERROR', correlationId },
  };
}

/** Last hand on every answer: masks what nobody meant to say, and moves hidden fields from the errors to `extensions.hidden`. */
export const finishAnswer = (log: Logger): ApolloServerPlugin<Caller> => ({
  async unexpectedErrorProcessingRequest({ error }) {
    log.error({ err: error }, 'a request failed unexpectedly');
  },
  async requestDidStart({ contextValue }) {
    const { language, trace } = contextValue;
    return {
      async didEncounterErrors({ errors }) {
        for (const error of errors) {
          // The plan executor also hands on plain errors, whatever its type says.
          const { extensions, originalError = error }: Partial<typeof error> = error;
          if (unmeant.has(extensions?.code)) log.error({ err: originalError ?? error }, 'masked for the caller');
        }
      },
      async willSendResponse({ response }) {
        if (response.body.kind !== 'single') return;
        const result = response.body.singleResult;
        // The executor's note that a null stood where none may be. Where it cost the whole answer, the caller must hear of it.
        if (result.extensions?.valueCompletion) {
          const { valueCompletion, ...extensions } = result.extensions;
          log.warn({ valueCompletion }, 'a null where the graph promises none');
          result.extensions = Object.keys(extensions).length > 0 ? extensions : undefined;
          if (result.data == null) result.errors = [{ message: '' }];
        }
        if (!result.errors) return;

        const hidden = result.errors.filter(isHidden).map(({ path, extensions }) => {
          const { mark, serviceName, code, ...facts } = extensions ?? {};
          void [mark, serviceName];
          return { path, ...(code === hiddenMark ? {} : { code }), ...facts };
        });
        const errors = result.errors.filter((error) => !isHidden(error));
        if (hidden.length > 0) result.extensions = { ...result.extensions, hidden };
        if (errors.length > 0) result.errors = errors.map((error) => masked(error, language, trace.correlationId));
        else delete result.errors;
      },
    };
  },
});

const isHidden = ({ extensions }: GraphQLFormattedError) => extensions?.mark === hiddenMark;
