import type { Chance } from './random';

// The commonest surnames of the country with their shares in per mille of the population, rounded.
const surnames: readonly (readonly [string, number])[] = [
  ['王', 72],
  ['李', 71],
  ['张', 68],
  ['刘', 54],
  ['陈', 45],
  ['杨', 31],
  ['赵', 23],
  ['黄', 22],
  ['周', 21],
  ['吴', 20],
  ['徐', 17],
  ['孙', 15],
  ['胡', 13],
  ['朱', 13],
  ['高', 12],
  ['林', 11],
  ['何', 11],
  ['郭', 11],
  ['马', 11],
  ['罗', 9],
  ['梁', 9],
  ['宋', 8],
  ['郑', 8],
  ['谢', 7],
  ['韩', 7],
  ['唐', 7],
  ['冯', 6],
  ['于', 6],
  ['董', 6],
  ['萧', 6],
  ['程', 6],
  ['曹', 6],
  ['袁', 5],
  ['邓', 5],
  ['许', 5],
  ['傅', 5],
  ['沈', 5],
  ['曾', 5],
  ['彭', 5],
  ['吕', 5],
  ['苏', 5],
  ['卢', 5],
  ['蒋', 5],
  ['蔡', 5],
  ['贾', 4],
  ['丁', 4],
  ['魏', 4],
  ['薛', 4],
  ['叶', 4],
  ['阎', 4],
  ['余', 4],
  ['潘', 4],
  ['杜', 4],
  ['戴', 4],
  ['夏', 4],
  ['钟', 4],
  ['汪', 4],
  ['田', 4],
  ['任', 4],
  ['姜', 4],
  ['范', 4],
  ['方', 4],
  ['石', 4],
  ['姚', 4],
  ['谭', 4],
  ['廖', 3],
  ['邹', 3],
  ['熊', 3],
  ['金', 3],
  ['陆', 3],
  ['郝', 3],
  ['孔', 3],
  ['白', 3],
  ['崔', 3],
  ['康', 3],
  ['毛', 3],
  ['邱', 3],
  ['秦', 3],
  ['江', 3],
  ['史', 3],
  ['顾', 3],
  ['侯', 3],
  ['邵', 3],
  ['孟', 3],
  ['龙', 3],
  ['万', 3],
  ['段', 3],
  ['雷', 3],
  ['钱', 3],
  ['汤', 3],
  ['尹', 2],
  ['黎', 2],
  ['易', 2],
  ['常', 2],
  ['武', 2],
  ['乔', 2],
  ['贺', 2],
  ['赖', 2],
  ['龚', 2],
  ['文', 2],
];

// Characters of given names by generation; a name has one or two of them.
const male = {
  old: '国建军志明德福贵根生宝金全有山林海江河东文学忠诚义信仁和平安民兴旺振华光荣庆祥瑞永长久发财顺成才富',
  middle: '伟强勇军磊涛斌超辉刚健鹏飞杰峰波亮俊龙浩宁凯宏敏旭东新云松海洋志远建国永胜小卫红兵利民春生',
  young: '浩宇轩然博文子涵俊杰天佑梓豪一鸣嘉懿煜城睿思远晨阳泽楷瑞霖昊铭皓逸凡景行云帆家骏',
} as const;
const female = {
  old: '秀英桂兰玉珍凤霞淑芬素梅翠花香莲爱荣月娥巧云春彩金枝美菊瑞芝贵芳',
  middle: '芳丽敏静娟艳燕红霞玲萍莉雪梅晓娜慧颖倩蕾洁琳婷瑛春华秋菊海燕文婧',
  young: '欣怡梓涵诗雨佳琪思彤雨萱可馨语嫣晨曦子怡若溪婧琪梦瑶雅静嘉宁安琪一诺心怡',
} as const;

const surnameWeights = surnames.map(([, weight]) => weight);

/** An invented name, of the taste of the generation born in that year. */
export function personName(luck: Chance, gender: 1 | 2, birthYear: number): string {
  const generation = birthYear < 1966 ? 'old' : birthYear < 1990 ? 'middle' : 'young';
  const characters = (gender === 1 ? male : female)[generation];
  const character = (): string => characters[Math.floor(luck.next() * characters.length)] ?? '';
  const family = surnames[luck.weighted(surnameWeights)]?.[0] ?? '';
  const first = character();
  if (luck.happens(generation === 'middle' ? 0.35 : 0.15)) return family + first;
  const second = character();
  return family + first + second;
}

/** 机关单位: departments of a city or county, in the order in which they are founded. */
export const departments = [
  '人民政府办公室',
  '发展和改革委员会',
  '财政局',
  '人力资源和社会保障局',
  '自然资源局',
  '住房和城乡建设局',
  '交通运输局',
  '水利局',
  '农业农村局',
  '商务局',
  '文化广电和旅游局',
  '应急管理局',
  '审计局',
  '市场监督管理局',
  '统计局',
  '医疗保障局',
  '民政局',
  '司法局',
  '公安局',
  '税务局',
  '科技和工业信息化局',
  '生态环境局',
  '信访局',
  '档案馆',
  '退役军人事务局',
  '城市管理局',
  '机关事务服务中心',
  '公共资源交易中心',
  '行政审批和政务信息管理局',
  '残疾人联合会',
  '总工会',
  '供销合作社联合社',
  '气象局',
  '林业局',
  '体育发展中心',
] as const;

const places = [
  '兴华',
  '龙泉',
  '木栾',
  '沁河',
  '黄河',
  '朝阳',
  '育才',
  '文昌',
  '向阳',
  '光明',
  '怀府',
  '太行',
  '云台',
  '嘉应',
  '覃怀',
  '丹河',
  '城南',
  '城北',
  '东关',
  '西关',
] as const;
const firmWords = [
  '恒',
  '盛',
  '鑫',
  '瑞',
  '宏',
  '泰',
  '隆',
  '安',
  '博',
  '达',
  '兴',
  '昌',
  '源',
  '丰',
  '华',
  '诚',
  '信',
  '嘉',
  '腾',
  '远',
  '科',
  '创',
  '新',
  '合',
] as const;
const trades = [
  '机械制造',
  '食品',
  '建材',
  '化工',
  '物流',
  '电子科技',
  '纺织',
  '商贸',
  '农业科技',
  '环保',
  '医药',
  '装饰工程',
  '新能源',
  '造纸',
  '皮业',
  '汽车零部件',
] as const;
const stateTrades = [
  '城市建设投资',
  '水务',
  '公共交通',
  '供热',
  '文化旅游',
  '粮食储备',
  '农业发展投资',
  '国有资产运营',
  '燃气',
  '交通投资',
] as const;
const schools = [
  '实验小学',
  '第一中学',
  '第二中学',
  '第三中学',
  '实验中学',
  '职业技术学校',
  '第一小学',
  '第二小学',
  '高级中学',
  '幼儿园',
  '特殊教育学校',
  '教师进修学校',
] as const;
const hospitals = [
  '人民医院',
  '中医院',
  '妇幼保健院',
  '第二人民医院',
  '疾病预防控制中心',
  '卫生健康综合监督所',
  '第三人民医院',
  '康复医院',
] as const;
const institutions = [
  '农业技术推广中心',
  '不动产登记中心',
  '融媒体中心',
  '图书馆',
  '公路事业发展中心',
  '水利工程服务中心',
  '环境卫生服务中心',
  '社会保险中心',
  '劳动就业服务中心',
  '畜牧技术服务中心',
] as const;
const societies = [
  '志愿者协会',
  '养老服务中心',
  '社会工作服务中心',
  '商会',
  '律师事务所',
  '太极拳协会',
  '民办职业培训学校',
  '物流行业协会',
  '书画研究会',
  '家政服务协会',
] as const;

const numbered = (list: readonly string[], place: string, ordinal: number): string => {
  const word = list[ordinal % list.length] ?? '';
  const round = Math.floor(ordinal / list.length);
  return round === 0
    ? `${place}${word}`
    : `${place}${places[(round - 1) % places.length] ?? ''}${word}${round > places.length ? round : ''}`;
};

/** Names of units of a place, never the same for two ordinals. */
export const departmentName = (place: string, ordinal: number): string => numbered(departments, place, ordinal);
export const schoolName = (place: string, ordinal: number): string => numbered(schools, place, ordinal);
export const hospitalName = (place: string, ordinal: number): string => numbered(hospitals, place, ordinal);
export const institutionName = (place: string, ordinal: number): string => numbered(institutions, place, ordinal);
export const societyName = (place: string, ordinal: number): string => numbered(societies, place, ordinal);
export const stateFirmName = (place: string, ordinal: number): string =>
  `${numbered(stateTrades, place, ordinal)}有限公司`;

/** An invented firm: 24 × 24 words, 16 trades; a number only beyond the first 9,216 of a place. */
export function firmName(place: string, ordinal: number): string {
  const first = firmWords[(ordinal * 7 + 3) % firmWords.length] ?? '';
  const second = firmWords[(Math.floor(ordinal / firmWords.length) * 5 + ordinal + 11) % firmWords.length] ?? '';
  const trade =
    trades[
      Math.floor(ordinal / (firmWords.length * firmWords.length)) % trades.length === 0
        ? ordinal % trades.length
        : (ordinal + 5) % trades.length
    ] ?? '';
  return `${place}${first}${second}${trade}有限公司`;
}

/** 一、二 … 二十 for the branches of one committee. */
export function chineseNumber(value: number): string {
  const digits = ['', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
  const tens = Math.floor(value / 10);
  const ones = digits[value % 10] ?? '';
  if (tens === 0) return ones;
  return `${tens === 1 ? '' : (digits[tens] ?? '')}十${ones}`;
}
