import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '#problems';
import { Caller, RequireScope } from '../access/access.decorator.js';
import type { Principal } from '../access/principal.js';
import { Origin, type RequestOrigin } from '../http/request-origin.js';
import { AnomalyBudgetDto, SetAnomalyBudgetDto } from './anomaly-budget.dto.js';
import { AnomalyBudget, type BudgetReport } from './anomaly-budget.js';

@ApiTags('insights')
@Controller('api/v1/anomalies/budget')
export class AnomalyBudgetController {
  constructor(private readonly budget: AnomalyBudget) {}

  @Get()
  @RequireScope('akm:anomalies:all')
  @ApiOperation({ summary: 'Show the budget of false alerts', description: 'And what was realised of it. For admins.' })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN')
  async show(): Promise<AnomalyBudgetDto> {
    return budgetView(await this.budget.report());
  }

  @Put()
  @RequireScope('akm:anomalies:all')
  @ApiOperation({ summary: 'Set the budget of false alerts', description: 'Thresholds follow at once. For admins.' })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'VALIDATION_FAILED')
  async set(
    @Caller() caller: Principal,
    @Origin() origin: RequestOrigin,
    @Body() { budget }: SetAnomalyBudgetDto,
  ): Promise<AnomalyBudgetDto> {
    return budgetView(await this.budget.set(budget, caller, origin));
  }
}

function budgetView({
  effective,
  realised,
  keyWeeks,
  thresholds,
  calibratedAt,
  ...said
}: BudgetReport): AnomalyBudgetDto {
  return {
    ...said,
    effective_budget: rounded(effective),
    realised: realised === null ? null : rounded(realised),
    key_weeks: rounded(keyWeeks),
    thresholds: Object.fromEntries(Object.entries(thresholds).map(([kind, level]) => [kind, rounded(level)])),
    calibrated_at: calibratedAt,
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
