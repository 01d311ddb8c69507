import { Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import { covers } from '#domain';
import type { Principal } from '../access/principal.js';
import type { AnomalyDto } from '../anomaly/anomaly.dto.js';
import { Anomaly } from '../anomaly/anomaly.entity.js';
import { anomalyView } from '../anomaly/anomaly.view.js';

export interface OpenAnomalies {
  readonly items: AnomalyDto[];
  readonly total: number;
}

/** What was noticed and nobody has resolved. */
@Injectable()
export class OpenAnomaliesOf {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Newest first. Undefined for whoever may not read anomalies.
   * @param ownerId undefined: of everybody, as far as the caller sees them.
   */
  async newest(
    { scopes, userId }: Principal,
    ownerId: string | undefined,
    take: number,
    skip: number,
  ): Promise<OpenAnomalies | undefined> {
    if (!covers(scopes, 'akm:anomalies:read')) return undefined;
    const whose = covers(scopes, 'akm:anomalies:all') ? ownerId : userId;
    const [rows, total] = await this.dataSource.manager.findAndCount(Anomaly, {
      where: { resolvedAt: IsNull(), ...(whose !== undefined && { ownerId: whose }) },
      order: { createdAt: 'DESC', id: 'DESC' },
      take,
      skip,
    });
    return { items: rows.map(anomalyView), total };
  }
}
