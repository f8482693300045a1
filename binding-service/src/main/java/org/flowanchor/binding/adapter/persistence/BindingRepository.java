package org.flowanchor.binding.adapter.persistence;

import org.springframework.data.repository.Repository;

interface BindingRepository extends Repository<BindingRow, BindingRow.Key>, BindingRowQueries {}
