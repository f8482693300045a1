package org.flowanchor.binding.boot;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A bidirectional stream as tests use it: send, and wait for what comes. */
final class Conversation<Q, A> implements StreamObserver<A>, AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private final BlockingQueue<A> answers = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private final StreamObserver<Q> requests;

    Conversation(Function<StreamObserver<A>, StreamObserver<Q>> call) {
        requests = call.apply(this);
    }

    void send(Q request) {
        requests.onNext(request);
    }

    A next() {
        try {
            A answer = answers.poll(DEADLINE.toSeconds(), TimeUnit.SECONDS);
            if (answer == null) {
                throw new AssertionError("no answer; stream " + end);
            }
            return answer;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What is there now. */
    @Nullable
    A poll() {
        return answers.poll();
    }

    boolean hasNews() {
        return !answers.isEmpty() || end.isDone();
    }

    Status end() {
        try {
            return end.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void onNext(A answer) {
        answers.add(answer);
    }

    @Override
    public void onError(Throwable cause) {
        end.complete(Status.fromThrowable(cause));
    }

    @Override
    public void onCompleted() {
        end.complete(Status.OK);
    }

    @Override
    public void close() {
        if (!end.isDone()) {
            requests.onCompleted();
        }
    }
}
