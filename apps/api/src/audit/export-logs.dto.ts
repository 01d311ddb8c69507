import { PickType } from '@nestjs/swagger';
import { FilterLogsDto } from './list-logs.dto.js';

export class ExportLogsDto extends PickType(FilterLogsDto, ['api_key_id', 'start_date', 'end_date']) {}
