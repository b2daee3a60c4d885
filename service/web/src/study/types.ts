/** Short names for the shapes of the study's routes. */
import type { components } from '../api/schema';

type Schemas = components['schemas'];

export type Study = Schemas['Study'];
export type Board = Schemas['Board'];
export type Column = Schemas['Column'];
export type Row = Schemas['BoardRow'];
export type Cell = Schemas['Cell'];
export type CellState = Schemas['CellState'];
export type BoardParticipant = Schemas['BoardParticipant'];
export type BoardRecording = Schemas['BoardRecording'];
export type TrayInterview = Schemas['TrayInterview'];
export type InterviewPlace = Schemas['InterviewPlace'];
export type ParticipantLine = Schemas['ParticipantLine'];
export type WaveOfParticipant = Schemas['WaveOfParticipant'];
export type ParticipantBaseline = Schemas['ParticipantBaseline'];
export type SpokenInterview = Schemas['SpokenInterview'];
export type GuideCoverage = Schemas['GuideCoverage'];
export type OpenQuestions = Schemas['OpenQuestions'];
export type Withdrawal = Schemas['Withdrawal'];
export type WithdrawalPlan = Schemas['WithdrawalPlan'];
export type WithdrawalTarget = Schemas['WithdrawalTarget'];
export type DueErasure = Schemas['DueErasure'];
