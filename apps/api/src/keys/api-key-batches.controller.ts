import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { ApiProblems } from '#problems';
import { Caller, RequireScope } from '../access/access.decorator.js';
import type { Principal } from '../access/principal.js';
import { ItemsPipe } from '../http/items.pipe.js';
import { Origin, type RequestOrigin } from '../http/request-origin.js';
import { ApiKeyImportService } from './api-key-import.service.js';
import { ApiKeyPresenter } from './api-key-presenter.js';
import { BULK_KEYS_MAX, BulkChangeDto, BulkChangeResultDto } from './bulk-change.dto.js';
import { BulkChangeService } from './bulk-change.service.js';
import { IMPORTED_KEYS_MAX, ImportApiKeyDto, ImportedApiKeysDto } from './import-api-keys.dto.js';

const WRITE = 'akm:keys:write';

/** Calls on many keys at once. */
@ApiTags('keys')
@Controller('api/v1/keys')
export class ApiKeyBatchesController {
  constructor(
    private readonly imports: ApiKeyImportService,
    private readonly bulk: BulkChangeService,
    private readonly present: ApiKeyPresenter,
  ) {}

  @Post('import')
  @RequireScope(WRITE)
  @ApiOperation({
    summary: 'Import keys',
    description:
      `Up to ${IMPORTED_KEYS_MAX} keys that were issued elsewhere, by their digests: all of them or none. ` +
      'Whoever holds one goes on using it as it is, whatever it looks like.',
  })
  @ApiExtraModels(ImportApiKeyDto)
  @ApiBody({
    schema: {
      type: 'array',
      minItems: 1,
      maxItems: IMPORTED_KEYS_MAX,
      items: { $ref: getSchemaPath(ImportApiKeyDto) },
    },
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'VALIDATION_FAILED')
  async import(
    @Caller() caller: Principal,
    @Origin() origin: RequestOrigin,
    @Body(new ItemsPipe(ImportApiKeyDto, IMPORTED_KEYS_MAX)) rows: ImportApiKeyDto[],
  ): Promise<ImportedApiKeysDto> {
    const records = await this.imports.import(caller, origin, rows);
    return { imported: records.length, keys: records.map((record) => this.present.view(record)) };
  }

  @Post('bulk')
  @HttpCode(200)
  @RequireScope(WRITE)
  @ApiOperation({
    summary: 'Change many keys',
    description:
      `Disables, enables, revokes or rotates the keys that a filter finds, up to ${BULK_KEYS_MAX} a call, each by ` +
      'itself: one that cannot be changed holds back no other. New secrets are in the answer, now and never again.',
  })
  @ApiProblems('UNAUTHENTICATED', 'FORBIDDEN', 'VALIDATION_FAILED')
  change(
    @Caller() caller: Principal,
    @Origin() origin: RequestOrigin,
    @Body() body: BulkChangeDto,
  ): Promise<BulkChangeResultDto> {
    return this.bulk.run(caller, origin, body);
  }
}
