import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { DataPointType, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import type { INestApplication } from '@nestjs/common';

/** Collects when a test asks for it. */
class ReaderOnDemand extends MetricReader {
  protected override onForceFlush = () => Promise.resolve();
  protected override onShutdown = () => Promise.resolve();
}

/** One metric, with the value of each of its series. A histogram has its count. */
export interface CollectedMetric {
  readonly type: string;
  readonly unit: string;
  readonly series: { readonly attributes: Record<string, unknown>; readonly value: number }[];
}

/** The SDK of OpenTelemetry, with everything kept in memory. */
export class CollectedTelemetry {
  readonly #reader = new ReaderOnDemand();
  readonly #spans = new InMemorySpanExporter();
  readonly meterProvider = new MeterProvider({ readers: [this.#reader] });
  readonly tracerProvider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(this.#spans)],
  });
  readonly #contextManager = new AsyncLocalStorageContextManager().enable();

  constructor() {
    context.setGlobalContextManager(this.#contextManager);
  }

  /** A span for each request, as HTTP instrumentation of the application makes one. Its name is the path. */
  traceRequests = (app: INestApplication): void => {
    const tracer = this.tracerProvider.getTracer('requests');
    app.use((request: { url: string }, response: NodeJS.EventEmitter, next: () => void) => {
      tracer.startActiveSpan(request.url, { kind: SpanKind.SERVER }, (span) => {
        response.once('finish', () => {
          span.end();
        });
        next();
      });
    });
  };

  async metrics(): Promise<Record<string, CollectedMetric>> {
    const { scopeMetrics } = (await this.#reader.collect()).resourceMetrics;
    const metrics = scopeMetrics
      .filter(({ scope }) => scope.name === 'nestjs-stytch')
      .flatMap((one) => one.metrics);
    return Object.fromEntries(
      metrics.map(({ descriptor, dataPointType, dataPoints }) => [
        descriptor.name,
        {
          type: DataPointType[dataPointType],
          unit: descriptor.unit,
          series: dataPoints.map(({ attributes, value }) => ({
            attributes,
            value: typeof value === 'number' ? value : value.count,
          })),
        },
      ]),
    );
  }

  /** The number of series of all metrics together. */
  async seriesCount(): Promise<number> {
    return Object.values(await this.metrics()).reduce((sum, { series }) => sum + series.length, 0);
  }

  /** The ended spans of calls to Stytch, oldest first, with the name of the span that each belongs to. */
  callSpans() {
    const spans = this.#spans.getFinishedSpans();
    const nameOf = (id: string | undefined) => spans.find((span) => span.spanContext().spanId === id)?.name;
    return spans.filter(isOfCall).map((span) => ({
      name: span.name,
      kind: SpanKind[span.kind],
      status: SpanStatusCode[span.status.code],
      attributes: span.attributes,
      parent: nameOf(span.parentSpanContext?.spanId),
    }));
  }

  /** Everything that was exported, as text. */
  async exported(): Promise<string> {
    const spans = this.#spans
      .getFinishedSpans()
      .filter(isOfCall)
      .map(({ name, attributes, events, links, status }) => ({ name, attributes, events, links, status }));
    return JSON.stringify([spans, await this.metrics()]);
  }

  forgetSpans(): void {
    this.#spans.reset();
  }

  async shutDown(): Promise<void> {
    context.disable();
    trace.disable();
    await Promise.all([this.meterProvider.shutdown(), this.tracerProvider.shutdown()]);
  }
}

const isOfCall = ({ instrumentationScope }: ReadableSpan) => instrumentationScope.name === 'nestjs-stytch';
