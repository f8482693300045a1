package org.flowanchor.binding.adapter.grpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.identity.Caller;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.v1.AskGatewayAgainRequest;
import org.flowanchor.api.v1.AskGatewayAgainResponse;
import org.flowanchor.api.v1.BindingOperatorServiceGrpc;
import org.flowanchor.api.v1.GetMobileNodeRequest;
import org.flowanchor.api.v1.GetMobileNodeResponse;
import org.flowanchor.api.v1.ListBindingsRequest;
import org.flowanchor.api.v1.ListBindingsResponse;
import org.flowanchor.api.v1.ListGatewaysRequest;
import org.flowanchor.api.v1.ListGatewaysResponse;
import org.flowanchor.api.v1.ListPrefixPoolsRequest;
import org.flowanchor.api.v1.ListPrefixPoolsResponse;
import org.flowanchor.api.v1.ReleaseBindingsRequest;
import org.flowanchor.api.v1.ReleaseBindingsResponse;
import org.flowanchor.api.v1.ReleaseGatewayRequest;
import org.flowanchor.api.v1.ReleaseGatewayResponse;
import org.flowanchor.binding.application.AnchorNotServedException;
import org.flowanchor.binding.application.AskingAgain;
import org.flowanchor.binding.application.BindingQueries;
import org.flowanchor.binding.application.BindingQueries.Filter;
import org.flowanchor.binding.application.BindingQueries.Position;
import org.flowanchor.binding.application.BindingRelease;
import org.flowanchor.binding.application.Cursor;
import org.flowanchor.binding.application.IdempotencyKey;
import org.flowanchor.binding.application.IdempotencyKeyReusedException;
import org.flowanchor.binding.application.OperatorQueries;
import org.flowanchor.binding.application.OperatorQueries.GatewayFilter;
import org.flowanchor.binding.application.OperatorQueries.GatewayPosition;
import org.flowanchor.binding.application.StoreConflictException;
import org.flowanchor.binding.application.StoreUnavailableException;
import org.flowanchor.binding.application.UnknownGatewayException;
import org.flowanchor.binding.application.UnknownMobileNodeException;
import org.flowanchor.binding.domain.BindingState;
import org.flowanchor.binding.domain.Realm;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** What operators' tools ask. It reads the database, so each call has a thread of its own. */
final class OperatorEndpoint extends BindingOperatorServiceGrpc.BindingOperatorServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorEndpoint.class);
    private static final int CHANGES_DEFAULT = 10;
    private static final int CHANGES_MAX = 100;
    private static final String MOBILE_NODE = "mobile_node_identifier";

    private final BindingQueries queries;
    private final OperatorQueries operators;
    private final BindingRelease release;
    private final AskingAgain askingAgain;
    private final Executor threads;

    OperatorEndpoint(
            BindingQueries queries,
            OperatorQueries operators,
            BindingRelease release,
            AskingAgain askingAgain,
            Executor threads) {
        this.queries = queries;
        this.operators = operators;
        this.release = release;
        this.askingAgain = askingAgain;
        this.threads = threads;
    }

    @Override
    public void listBindings(ListBindingsRequest request, StreamObserver<ListBindingsResponse> response) {
        answer(response, () -> {
            Filter filter = filter(request);
            Optional<Position> after = request.getCursor().isEmpty()
                    ? Optional.empty()
                    : Optional.of(Fields.field("cursor", () -> Cursor.parse(request.getCursor())));
            int limit = limit("limit", request.getLimit(), BindingQueries.LIMIT_DEFAULT, BindingQueries.LIMIT_MAX);
            return () -> {
                BindingQueries.Page page = queries.page(filter, after, limit);
                ListBindingsResponse.Builder answer = ListBindingsResponse.newBuilder();
                page.views().stream().map(OperatorMessages::binding).forEach(answer::addBindings);
                page.end().map(Cursor::of).ifPresent(answer::setNext);
                return answer.build();
            };
        });
    }

    @Override
    public void getMobileNode(GetMobileNodeRequest request, StreamObserver<GetMobileNodeResponse> response) {
        answer(response, () -> {
            MobileNodeIdentifier mobileNode = mobileNode(request.getMobileNodeIdentifier());
            int limit = limit("changes", request.getChanges(), CHANGES_DEFAULT, CHANGES_MAX);
            return () -> {
                GetMobileNodeResponse.Builder answer = GetMobileNodeResponse.newBuilder();
                queries.ofMobileNode(mobileNode).stream()
                        .map(OperatorMessages::binding)
                        .forEach(answer::addBindings);
                operators.changes(mobileNode, limit).stream()
                        .map(OperatorMessages::change)
                        .forEach(answer::addChanges);
                return answer.build();
            };
        });
    }

    @Override
    public void releaseBindings(ReleaseBindingsRequest request, StreamObserver<ReleaseBindingsResponse> response) {
        answer(response, () -> {
            MobileNodeIdentifier mobileNode = mobileNode(request.getMobileNodeIdentifier());
            Optional<BindingIdentifier> only = request.hasBindingIdentifier()
                    ? Optional.of(Fields.field(
                            "binding_identifier", () -> new BindingIdentifier(request.getBindingIdentifier())))
                    : Optional.empty();
            Optional<IdempotencyKey> key = key(request.getIdempotencyKey());
            Optional<String> traceparent = CallTrace.current();
            return () -> ReleaseBindingsResponse.newBuilder()
                    .setReleased(release.release(mobileNode, only, key, traceparent))
                    .build();
        });
    }

    @Override
    public void releaseGateway(ReleaseGatewayRequest request, StreamObserver<ReleaseGatewayResponse> response) {
        answer(response, () -> {
            LmaAddress anchor = Fields.lmaAddress("lma_address", request.getLmaAddress());
            ProxyCareOfAddress gateway = Fields.field(
                    "proxy_care_of_address", () -> ProtoMapping.proxyCareOfAddress(request.getProxyCareOfAddress()));
            Optional<Realm> realm = given(
                    !request.getRealm().isEmpty(), () -> Fields.field("realm", () -> new Realm(request.getRealm())));
            Optional<IdempotencyKey> key = key(request.getIdempotencyKey());
            return () -> ReleaseGatewayResponse.newBuilder()
                    .setTaken(release.releaseGateway(Optional.of(anchor), gateway, realm, key)
                            .containsValue(true))
                    .build();
        });
    }

    @Override
    public void askGatewayAgain(AskGatewayAgainRequest request, StreamObserver<AskGatewayAgainResponse> response) {
        answer(response, () -> {
            Optional<LmaAddress> anchor = given(
                    !request.getLmaAddress().isEmpty(),
                    () -> Fields.lmaAddress("lma_address", request.getLmaAddress()));
            ProxyCareOfAddress gateway = Fields.field(
                    "proxy_care_of_address", () -> ProtoMapping.proxyCareOfAddress(request.getProxyCareOfAddress()));
            return () -> {
                AskGatewayAgainResponse.Builder answer = AskGatewayAgainResponse.newBuilder();
                askingAgain.askAgain(anchor, gateway).stream()
                        .map(OperatorMessages::gateway)
                        .forEach(answer::addGateways);
                return answer.build();
            };
        });
    }

    @Override
    public void listGateways(ListGatewaysRequest request, StreamObserver<ListGatewaysResponse> response) {
        answer(response, () -> {
            GatewayFilter filter = new GatewayFilter(
                    given(
                            !request.getLmaAddress().isEmpty(),
                            () -> Fields.lmaAddress("lma_address", request.getLmaAddress())),
                    given(
                            !request.getProxyCareOfAddress().isEmpty(),
                            () -> Fields.field(
                                    "proxy_care_of_address",
                                    () -> ProtoMapping.proxyCareOfAddress(request.getProxyCareOfAddress()))),
                    given(request.hasReachable(), request::getReachable));
            Optional<GatewayPosition> after = given(
                    !request.getCursor().isEmpty(),
                    () -> Fields.field("cursor", () -> Cursor.parseGateway(request.getCursor())));
            int limit = limit("limit", request.getLimit(), BindingQueries.LIMIT_DEFAULT, BindingQueries.LIMIT_MAX);
            return () -> {
                OperatorQueries.GatewayPage page = operators.gatewayPage(filter, after, limit);
                ListGatewaysResponse.Builder answer = ListGatewaysResponse.newBuilder();
                page.views().stream().map(OperatorMessages::gateway).forEach(answer::addGateways);
                page.end().map(Cursor::of).ifPresent(answer::setNext);
                return answer.build();
            };
        });
    }

    private static Optional<IdempotencyKey> key(String text) {
        return given(!text.isEmpty(), () -> Fields.field("idempotency_key", () -> new IdempotencyKey(text)));
    }

    @Override
    public void listPrefixPools(ListPrefixPoolsRequest request, StreamObserver<ListPrefixPoolsResponse> response) {
        answer(response, () -> () -> {
            ListPrefixPoolsResponse.Builder answer = ListPrefixPoolsResponse.newBuilder();
            operators.pools().stream().map(OperatorMessages::pool).forEach(answer::addPools);
            return answer.build();
        });
    }

    /** @param read judges the request, and gives what is then done on a thread that may block */
    private <T> void answer(StreamObserver<T> response, Supplier<Supplier<T>> read) {
        Supplier<T> work;
        try {
            Caller.current().require(PeerIdentity.OPERATOR);
            work = read.get();
        } catch (StatusRuntimeException e) {
            response.onError(e);
            return;
        }
        threads.execute(() -> {
            T answer;
            try {
                answer = work.get();
            } catch (RuntimeException e) {
                response.onError(status(e).asRuntimeException());
                return;
            }
            response.onNext(answer);
            response.onCompleted();
        });
    }

    private static Status status(RuntimeException failure) {
        return switch (failure) {
            case UnknownMobileNodeException unknown -> Status.NOT_FOUND.withDescription(unknown.getMessage());
            case UnknownGatewayException unknown -> Status.NOT_FOUND.withDescription(unknown.getMessage());
            case IdempotencyKeyReusedException reused -> Status.ALREADY_EXISTS.withDescription(reused.getMessage());
            case AnchorNotServedException elsewhere ->
                Status.FAILED_PRECONDITION.withDescription(elsewhere.getMessage());
            case StoreConflictException overtaken -> {
                LOG.warn("an operator's call was overtaken: {}", overtaken.getMessage());
                yield Status.UNAVAILABLE.withDescription("others changed the same: ask again");
            }
            case StoreUnavailableException away -> unavailable(away);
            case DataAccessException away -> unavailable(away);
            case TransactionException away -> unavailable(away);
            default -> {
                LOG.error("an operator's call failed", failure);
                yield Status.INTERNAL.withDescription("see the log of binding-service");
            }
        };
    }

    private static Status unavailable(RuntimeException failure) {
        LOG.warn("an operator's call failed: {}", failure.getMessage());
        return Status.UNAVAILABLE.withDescription("the database does not answer: ask again");
    }

    private static Filter filter(ListBindingsRequest request) {
        return new Filter(
                given(
                        !request.getMobileNodeIdentifier().isEmpty(),
                        () -> mobileNode(request.getMobileNodeIdentifier())),
                given(
                        !request.getProxyCareOfAddress().isEmpty(),
                        () -> Fields.field(
                                "proxy_care_of_address",
                                () -> ProtoMapping.proxyCareOfAddress(request.getProxyCareOfAddress()))),
                given(
                        request.hasAccessTechnologyType(),
                        () -> Fields.field(
                                "access_technology_type",
                                () -> new AccessTechnologyType(request.getAccessTechnologyType()))),
                given(
                        request.hasHomeNetworkPrefix(),
                        () -> Fields.field(
                                "home_network_prefix",
                                () -> ProtoMapping.homeNetworkPrefix(request.getHomeNetworkPrefix()))),
                switch (request.getState()) {
                    case BINDING_STATE_UNSPECIFIED -> Optional.empty();
                    case BINDING_STATE_ACTIVE -> Optional.of(BindingState.ACTIVE);
                    case BINDING_STATE_RELEASING -> Optional.of(BindingState.RELEASING);
                    case UNRECOGNIZED -> throw Fields.invalid("state", "not a state: " + request.getStateValue());
                });
    }

    private static <T> Optional<T> given(boolean present, Supplier<T> value) {
        return present ? Optional.of(value.get()) : Optional.empty();
    }

    private static MobileNodeIdentifier mobileNode(String text) {
        return Fields.field(MOBILE_NODE, () -> new MobileNodeIdentifier(text));
    }

    private static int limit(String field, int asked, int usual, int max) {
        if (asked < 0 || asked > max) {
            throw Fields.invalid(field, Integer.toUnsignedString(asked) + " is not in 0.." + max);
        }
        return asked == 0 ? usual : asked;
    }
}
