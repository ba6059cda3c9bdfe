// Erasure of a person's data (个人信息保护法第四十七条): members ask, every service erases what it holds and acknowledges, members counts.
// Whoever else reads topics of data class `personal` erases what it has joined to the id of the person (his name from a request to the
// graph, a free text, a row of its own) and says so in writing; these topics carry the acknowledgements of the services alone.
import { z } from 'zod';
import { defineEvent } from './contract';
import { sample } from './examples';
import * as f from './fields';

const asked = { erasureId: sample.erasure, personId: sample.person } as const;

export const erasureRequested = defineEvent({
  type: 'members.erasure.requested.v1',
  key: 'erasureId',
  dataClass: 'personal',
  zh: '要求删除个人信息：凡留存该人员信息的须在时限内删除；平台外的订阅单位删除后书面回告组织部门',
  en: 'the data of a person is to be erased: whoever holds any erases it within the limit; a reader outside the platform then tells the organisation department in writing',
  features: ['X-27'],
  example: { ...asked, scope: 'ALL', dueAt: '2026-05-07T01:30:00.000Z' },
  schema: z.strictObject({ erasureId: f.id, personId: f.id, scope: f.erasureScope, dueAt: f.instant }),
});

export const erasureCompleted = defineEvent({
  type: 'members.erasure.completed.v1',
  key: 'erasureId',
  dataClass: 'personal',
  zh: '个人信息已删除：各服务均已回告',
  en: 'the data of a person is erased: every service has acknowledged',
  features: ['X-27'],
  example: { ...asked, at: '2026-05-06T01:30:04.120Z' },
  schema: z.strictObject({ erasureId: f.id, personId: f.id, at: f.instant }),
});

const acknowledgedBy = (service: string, zh: string, en: string) =>
  defineEvent({
    type: `${service}.erasure.acknowledged.v1`,
    key: 'erasureId',
    dataClass: 'personal',
    zh,
    en,
    features: ['X-27'],
    example: { ...asked, erased: 2, kept: 1, at: '2026-05-06T01:30:03.480Z' },
    schema: z.strictObject({
      erasureId: f.id,
      personId: f.id,
      /** 0 where the service held nothing. */
      erased: f.count,
      kept: f.count,
      at: f.instant,
    }),
  });

export const organizationsErasureAcknowledged = acknowledgedBy(
  'organizations',
  '党组织服务已删除个人信息',
  'organizations have erased what they held of a person',
);
export const membersErasureAcknowledged = acknowledgedBy(
  'members',
  '党员服务已删除个人信息',
  'members have erased what they held of a person',
);
export const villagesErasureAcknowledged = acknowledgedBy(
  'villages',
  '村服务已删除个人信息',
  'villages have erased what they held of a person',
);
export const gridsErasureAcknowledged = acknowledgedBy(
  'grids',
  '网格服务已删除个人信息',
  'grids have erased what they held of a person',
);
export const enterprisesErasureAcknowledged = acknowledgedBy(
  'enterprises',
  '两新服务已删除个人信息',
  'enterprises have erased what they held of a person',
);
