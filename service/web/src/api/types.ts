/** Short names for the shapes of the API. */
import type { components } from './schema';

type Schemas = components['schemas'];

export type Recording = Schemas['Recording'];
export type WaitingFile = Schemas['WaitingFile'];
export type Recordings = Schemas['Recordings'];
export type Notice = Schemas['Notice'];
export type Interview = Schemas['Interview'];
export type Speaker = Schemas['Speaker'];
export type Role = Speaker['role'];
export type Outline = Schemas['Outline'];
export type Utterance = Schemas['Utterance'];
export type Word = Schemas['Word'];
export type Marker = Schemas['Marker'];
export type Correction = Schemas['Correction'];
export type Corrected = Schemas['Corrected'];
export type DoubtfulWord = Schemas['DoubtfulWord'];
export type Redaction = Schemas['Redaction'];
export type Review = Schemas['Review'];
export type ReviewItem = Schemas['ReviewItem'];
export type LookItem = Schemas['LookItem'];
export type DoubtfulPlace = Schemas['DoubtfulPlace'];
export type RemainingEstimate = Schemas['RemainingEstimate'];
export type Label = Schemas['Label'];
export type Scope = Schemas['DecisionScope'];
export type Reach = Schemas['Reach'];
export type Peaks = Schemas['Peaks'];
export type TrackCurves = Schemas['TrackCurves'];
export type MaskedStretch = Schemas['MaskedStretch'];
export type RedactedSound = Schemas['RedactedSound'];
export type ReleasedInterview = Schemas['ReleasedInterview'];
/** Pairs reach the page as plain lists of numbers. */
export type Moment = Omit<Schemas['Moment'], 'matches'> & { matches: number[][] };
export type Study = Schemas['Study'];
export type InterviewPlace = Schemas['InterviewPlace'];
export type InterviewSummary = Schemas['InterviewSummary'];
export type ParticipantLine = Schemas['ParticipantLine'];
export type Voices = Schemas['Voices'];
export type VoiceSuggestion = Schemas['VoiceSuggestion'];
export type VoiceMismatch = Schemas['VoiceMismatch'];
export type Quote = Schemas['Quote'];
export type PronounSuggestion = Schemas['PronounSuggestion'];
export type GuideCoverage = Schemas['GuideCoverage'];
export type GuideQuestion = Schemas['GuideQuestion'];
export type AskedPlace = Schemas['AskedPlace'];
export type Health = Schemas['Health'];
