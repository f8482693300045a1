package org.flowanchor.binding.adapter.rest;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.MultiValueMap;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** An operation that takes no query parameter refuses one, as the others refuse those they do not know ({@link Parameters}). */
@Configuration(proxyBeanMethods = false)
class OperationsWithoutParameters implements HandlerInterceptor, WebMvcConfigurer {
    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this).addPathPatterns("/api/v1/**");
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (handler instanceof HandlerMethod operation
                && Arrays.stream(operation.getMethod().getParameterTypes())
                        .noneMatch(MultiValueMap.class::isAssignableFrom)) {
            Map<String, List<String>> given = new TreeMap<>();
            request.getParameterMap().forEach((name, values) -> given.put(name, List.of(values)));
            new Parameters(given, Set.of()).refuseFaults();
        }
        return true;
    }
}
