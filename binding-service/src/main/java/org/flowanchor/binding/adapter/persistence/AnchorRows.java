package org.flowanchor.binding.adapter.persistence;

import org.springframework.data.repository.ListCrudRepository;

interface AnchorRows extends ListCrudRepository<AnchorRow, Integer> {}
