// The part of the page that is the same for every event: how to subscribe.

interface Rule {
  readonly zh: string;
  readonly en: string;
  /** HTML, Chinese first. */
  readonly says: string;
  readonly inEnglish: string;
}

const rules: readonly Rule[] = [
  {
    zh: '消息格式',
    en: 'Format',
    says: 'CloudEvents 1.0 Kafka二进制模式：属性在消息头（<code>ce_*</code>，UTF-8文本），内容为JSON（<code>content-type: application/json; charset=utf-8</code>，不超过256 KiB），消息键为对象编号。时刻为UTC，日期为北京时间的日历日，金额以分计。',
    inEnglish:
      'CloudEvents 1.0, Kafka binary mode: attributes as ce_* headers, JSON of at most 256 KiB as the value, the id of the aggregate as the key. Instants in UTC, dates are days in Beijing, money in fen.',
  },
  {
    zh: '消费组',
    en: 'Groups',
    says: '一个用途一个组，取名“单位.用途”。同组的进程分摊分区，每条消息只由其中一个处理；不同的组各读各的，互不影响。新组设<code>auto.offset.reset=earliest</code>从头读。处理完成后再提交位点。',
    inEnglish:
      'One group for each purpose, named bureau.purpose. Members of a group share the partitions; groups do not disturb each other. A new group reads from the earliest record. Commit after the work is done.',
  },
  {
    zh: '顺序',
    en: 'Order',
    says: '同一键的事件在同一分区内按<code>ce_aggregateversion</code>递增，从1起不间断；不同键之间不保证先后。只有1个分区的主题（党组织、行政区划）全部按序：先有上级，后有下级。序号跳号说明中间有缺，应停下查明。',
    inEnglish:
      'Events of one key come in the order of ce_aggregateversion, from 1 without a gap. Between keys there is no order, except on topics with one partition. A gap means that something is missing: stop and find out.',
  },
  {
    zh: '重复',
    en: 'Duplicates',
    says: '至少送达一次，同一事件可能重复。按键记住已处理的最大<code>ce_aggregateversion</code>，不大于它的一律跳过（或按<code>ce_id</code>去重）；这个记录与处理结果存在同一个数据库事务里，效果就只有一次。',
    inEnglish:
      'Delivered at least once. Remember the highest ce_aggregateversion of each key (or the ce_id) in the transaction that holds the effect, and pass over what is not above it: the effect happens once.',
  },
  {
    zh: '版本',
    en: 'Versions',
    says: '事件类型以<code>.vN</code>结尾。同一版本只会增加可选字段和取值，不会减少或改变；不认识的字段、取值、事件类型应当忽略，不得报错。不兼容的变化发布为<code>.v(N+1)</code>，与旧版并行一段时间。',
    inEnglish:
      'A type ends in .vN. Within a version only optional fields and list values are added. Ignore fields, values and types that you do not know. A breaking change is a new type .v(N+1), sent beside the old one for a while.',
  },
  {
    zh: '先快照后实时',
    en: 'Snapshot, then live',
    says: '主题只保留30天。需要全部现状的，先启动消费组，再请数据所有方重发快照（所有方执行<code>npm run events:snapshot -- members.member</code>）。快照消息带<code>ce_snapshot: true</code>，序号就是它所示现状的序号：小于已处理序号的跳过，相等的以快照为准写入，此后的实时事件接着处理，不缺不重。',
    inEnglish:
      'Topics keep 30 days. For the whole state start your group, then ask the owner to send a snapshot. Such events carry ce_snapshot: true and the version they show: pass over older ones, take one of the same version as the state, and go on with what follows.',
  },
  {
    zh: '删除',
    en: 'Erasure',
    says: '订阅“个人”类主题的，须一并订阅<code data-topic="members.erasure"></code>：收到<code>members.erasure.requested.v1</code>，在<code>dueAt</code>之前删除所存该人员编号关联的全部数据（包括副本和由它派生的数据），并书面回告组织部门。内容为空（null）的消息表示该键的数据已删除，同样处理。消息里只有编号，没有姓名、证件号、电话；需要姓名的，凭授权向数据所有方查询，不要自行留存。',
    inEnglish:
      'Whoever reads a topic of class personal reads members.erasure as well: on members.erasure.requested.v1 erase, before dueAt, everything you hold under that person, copies included, and tell the organisation department in writing. A record without a value (null) is a tombstone: erase what you hold under its key. Events carry ids only; ask the owner for names, with a grant, and do not keep them.',
  },
  {
    zh: '权限',
    en: 'Access',
    says: '主题按其中最严的数据类别授权。正式集群要求身份认证的，按管理员给的参数在程序里加上（如<code>security.protocol</code>、<code>sasl.*</code>）。服务只读写自己的主题，主题由平台建立，程序不自动建主题。',
    inEnglish:
      'A topic is granted by the strictest data class on it. Where the cluster asks for authentication add the settings its operator gives you. Topics are made by the platform, never by programs.',
  },
];

/** The section how to subscribe, with the programs for `members.member`. */
export const guide = (): string => `
<section class="other" id="subscribe">
  <h2>如何订阅<span class="en">How to subscribe</span></h2>
  <p>在页首填好接入地址，下面的程序复制即可运行，以党员主题<code data-topic="members.member"></code>为例；其他主题的程序在各主题下。</p>
  <p class="en">Fill in the bootstrap address at the top; the programs below run as they are copied. Other topics have theirs beside them.</p>
  <div data-snippets="members.member"><noscript>程序由脚本按接入地址生成，请启用JavaScript。The programs need JavaScript.</noscript></div>
  <h3 style="margin: 1.6rem 0 0.8rem">约定<span class="en">What readers can count on</span></h3>
  <dl class="rules">
    ${rules
      .map(
        ({ zh, en, says, inEnglish }) =>
          `<dt>${zh}<span class="en">${en}</span></dt><dd>${says}<span class="en">${inEnglish}</span></dd>`,
      )
      .join('\n    ')}
  </dl>
</section>`;
