package org.flowanchor.policy.adapter.persistence;

import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.repository.Repository;

interface PolicyRows extends Repository<PolicyRow, String> {
    Optional<PolicyRow> findById(String name);

    Optional<PolicyRow> findByPrecedence(int precedence);

    List<PolicyRow> findByPrecedenceGreaterThanOrderByPrecedence(int precedence, Limit limit);

    PolicyRow save(PolicyRow row);

    void deleteById(String name);
}
